package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.OBJECT_TOO_LARGE;

import dev.sluice.awswire.Checksum;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The store. Every method may block on the disk and may be called by many threads; a write that has
 * returned is on disk. Closing it waits for calls under way; calls after that fail.
 */
public final class ObjectStore implements AutoCloseable {
  /** The largest object one request may write. */
  public static final long MAX_PUT = 5L << 30;

  private final ObjectSettings settings;
  private final Rows rows;
  private final FileVault vault;
  private final Sequence sequence;
  private final Locks locks = new Locks();
  private final Buckets buckets;
  private final Objects objects;
  private final Uploads uploads;
  private final Lister lister;
  private final long swept;

  public static ObjectStore open(
      ObjectSettings settings, InstantSource clock, RandomGenerator random) throws IOException {
    Folders.make(settings.directory());
    Rows rows = Rows.open(settings);
    try {
      return new ObjectStore(settings, rows, clock, random);
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private ObjectStore(
      ObjectSettings settings, Rows rows, InstantSource clock, RandomGenerator random)
      throws IOException {
    this.settings = settings;
    this.rows = rows;
    this.vault = new FileVault(settings.directory());
    this.sequence = new Sequence(rows, random);
    this.buckets = new Buckets(rows, locks, clock, settings.maxBuckets());
    this.objects = new Objects(rows, vault, sequence, clock);
    this.uploads = new Uploads(rows, objects, sequence, clock);
    this.lister = new Lister(rows);
    this.swept = vault.sweep(id -> rows.get(RowKey.file(id)).isPresent());
    uploads.forget();
  }

  /**
   * How many files a crash had left that no row owned; they were removed when the store was opened.
   */
  public long sweptFiles() {
    return swept;
  }

  // Buckets

  public Bucket createBucket(String name, String region) {
    return buckets.create(name, region);
  }

  public Optional<Bucket> findBucket(String name) {
    return buckets.find(name);
  }

  public Bucket bucket(String name) {
    return buckets.require(name);
  }

  public List<Bucket> listBuckets() {
    return buckets.all();
  }

  public void deleteBucket(String name) {
    vault.reclaim(buckets.remove(name));
  }

  public Bucket setVersioning(String name, Bucket.Versioning state) {
    return buckets.versioning(name, state);
  }

  // Objects

  /** A place for the bytes of an object; checksums beyond MD5 only when asked for. */
  public IncomingBody receive(Set<Checksum> checksums) {
    int inline = (int) settings.inlineLimit().bytes();
    return new IncomingBody(vault, sequence.name(), Math.max(1, inline), checksums);
  }

  /**
   * Makes the finished body the current version of the key. The body's checksum is kept with it.
   */
  public ObjectVersion put(
      String bucket, String key, IncomingBody body, Attributes attributes, Condition condition) {
    Objects.checkKey(key);
    if (body.size() > MAX_PUT) {
      throw new StoreException(
          OBJECT_TOO_LARGE, "Your proposed upload exceeds the maximum allowed size of 5 GiB");
    }
    Optional<StoredChecksum> checksum =
        body.checksums().entrySet().stream()
            .findFirst()
            .map(
                each ->
                    new StoredChecksum(
                        each.getKey(), each.getValue(), StoredChecksum.Kind.FULL_OBJECT));
    Objects.Draft draft =
        new Objects.Draft(body.size(), body.md5Hex(), attributes, checksum, body.content());
    return changing(
        bucket,
        key,
        (home, freed) -> {
          condition.require(objects.currentEtag(bucket, key));
          RowBatch batch = new RowBatch();
          ObjectVersion version = objects.write(home, key, draft, batch, freed);
          body.handOver();
          rows.commit(batch);
          return version;
        });
  }

  /** The current version, or the one named; delete markers included. */
  public Optional<ObjectVersion> find(String bucket, String key, Optional<String> versionId) {
    buckets.require(bucket);
    Objects.checkKey(key);
    return objects.find(bucket, key, versionId);
  }

  /** As {@link #find}, opened for reading. */
  public Optional<OpenObject> open(String bucket, String key, Optional<String> versionId) {
    buckets.require(bucket);
    Objects.checkKey(key);
    return objects.open(bucket, key, versionId);
  }

  /**
   * The current version as a file on this machine, when it is exactly one; empty for objects that
   * lie in a row or in several parts. For readers in the same process that can do better with a
   * path than with a stream.
   */
  public Optional<LocalFile> localFile(String bucket, String key) {
    Optional<OpenObject> found = open(bucket, key, Optional.empty());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<FileRef> files = found.get().version().content().files();
    if (files.size() != 1) {
      found.get().close();
      return Optional.empty();
    }
    Path path = vault.path(files.get(0).id());
    return Optional.of(new LocalFile(path, found.get()));
  }

  /** Deletes the object: for good where nothing is versioned, else behind a delete marker. */
  public Deletion delete(String bucket, String key, Condition condition) {
    return changing(
        bucket,
        key,
        (home, freed) -> {
          condition.require(objects.currentEtag(bucket, key));
          RowBatch batch = new RowBatch();
          Deletion deletion = objects.delete(home, key, batch, freed);
          rows.commit(batch);
          return deletion;
        });
  }

  /** Deletes one version for good. */
  public Deletion deleteVersion(String bucket, String key, String versionId) {
    return changing(
        bucket,
        key,
        (home, freed) -> {
          RowBatch batch = new RowBatch();
          Deletion deletion = objects.deleteVersion(home, key, versionId, batch, freed);
          rows.commit(batch);
          return deletion;
        });
  }

  /** One of many objects to delete. */
  public record Doomed(String key, Optional<String> versionId) {}

  /** What became of one of many: deleted, or why not. */
  public record Outcome(
      Doomed doomed, Optional<Deletion> deletion, Optional<StoreException> failure) {}

  /**
   * Deletes many, each by itself, with one sync for all; the answers in the order of the questions.
   */
  public List<Outcome> deleteAll(String bucket, List<Doomed> doomed) {
    buckets.require(bucket);
    List<FileRef> freed = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    for (Doomed each : doomed) {
      try {
        Deletion deletion = locks.onKey(bucket, each.key(), () -> delete(bucket, each, freed));
        outcomes.add(new Outcome(each, Optional.of(deletion), Optional.empty()));
      } catch (StoreException e) {
        outcomes.add(new Outcome(each, Optional.empty(), Optional.of(e)));
      }
    }
    rows.sync();
    vault.reclaim(freed);
    return outcomes;
  }

  private Deletion delete(String bucket, Doomed doomed, List<FileRef> freed) {
    String key = doomed.key();
    Objects.checkKey(key);
    Bucket home = buckets.require(bucket);
    RowBatch batch = new RowBatch();
    Deletion deletion =
        doomed.versionId().isPresent()
            ? objects.deleteVersion(home, key, doomed.versionId().get(), batch, freed)
            : objects.delete(home, key, batch, freed);
    rows.commitUnsynced(batch);
    return deletion;
  }

  // Listings

  public Listing.Page list(String bucket, Listing.Query query) {
    buckets.require(bucket);
    return lister.keys(bucket, query);
  }

  public Listing.VersionPage listVersions(String bucket, Listing.VersionQuery query) {
    buckets.require(bucket);
    return lister.versions(bucket, query);
  }

  public Listing.UploadPage listUploads(String bucket, Listing.UploadQuery query) {
    buckets.require(bucket);
    return lister.uploads(bucket, query);
  }

  // Multipart uploads

  public Upload createUpload(
      String bucket,
      String key,
      Attributes attributes,
      Optional<Checksum> checksum,
      StoredChecksum.Kind kind) {
    Objects.checkKey(key);
    return changing(
        bucket, key, (home, freed) -> uploads.create(bucket, key, attributes, checksum, kind));
  }

  public Upload upload(String bucket, String key, String id) {
    buckets.require(bucket);
    return uploads.require(bucket, key, id);
  }

  /** A place for the bytes of a part; the upload's own checksum is computed as well. */
  public IncomingBody receivePart(Upload upload, Set<Checksum> checksums) {
    EnumSet<Checksum> all = EnumSet.noneOf(Checksum.class);
    all.addAll(checksums);
    upload.checksum().ifPresent(all::add);
    return new IncomingBody(vault, sequence.name(), 0, all);
  }

  public Part addPart(String bucket, Upload upload, int number, IncomingBody body) {
    Uploads.checkPartNumber(number);
    return changing(
        bucket,
        upload.key(),
        (home, freed) ->
            uploads.addPart(
                uploads.require(bucket, upload.key(), upload.id()), number, body, freed));
  }

  public List<Part> listParts(Upload upload, int after, int max) {
    return uploads.parts(upload.id(), after, max);
  }

  /**
   * Makes the parts one object. Asking again for an upload just completed gives the same answer.
   */
  public ObjectVersion completeUpload(
      String bucket, String key, String id, Completion completion, Condition condition) {
    return changing(
        bucket,
        key,
        (home, freed) -> {
          Optional<Upload> upload = uploads.find(bucket, key, id);
          if (upload.isEmpty()) {
            Optional<ObjectVersion> before = uploads.completed(bucket, key, id);
            if (before.isPresent()) {
              return before.get();
            }
          }
          condition.require(objects.currentEtag(bucket, key));
          return uploads.complete(home, uploads.require(bucket, key, id), completion, freed);
        });
  }

  public void abortUpload(String bucket, String key, String id) {
    changing(
        bucket,
        key,
        (home, freed) -> {
          freed.addAll(uploads.abort(bucket, uploads.require(bucket, key, id)));
          return id;
        });
  }

  @FunctionalInterface
  private interface Change<T> {
    T apply(Bucket bucket, List<FileRef> freed);
  }

  /** Changes a key under its lock, then gives back the files the change freed. */
  private <T> T changing(String bucket, String key, Change<T> change) {
    Objects.checkKey(key);
    List<FileRef> freed = new ArrayList<>();
    Supplier<T> work = () -> change.apply(buckets.require(bucket), freed);
    T result = locks.onKey(bucket, key, work);
    vault.reclaim(freed);
    return result;
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
