package dev.sluice.lake.object;

import dev.sluice.awswire.Checksum;
import java.io.IOException;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * The store. Every method may block on the disk and may be called by many threads; a write that has
 * returned is as durable as its bucket asks. Closing it waits for calls under way; calls after that
 * fail.
 */
public final class ObjectStore implements AutoCloseable {
  /** The largest object one request may write. */
  public static final long MAX_PUT = 5L << 30;

  private final ObjectSettings settings;
  final Rows rows;
  final Holdings holdings;
  final Sequence sequence;
  private final Names names;
  final Locks locks;
  final Commits commits;
  final Buckets buckets;
  final Objects objects;
  final VersionEdits edits;
  private final KeyChanges keys;
  private final Uploads uploads;
  private final Lister lister;
  private final Quarantine quarantine;
  private final Scrub scrub;
  private final ChangeFeed changes;
  private final Stages stages;
  final Upkeep upkeep;
  final Compaction compaction;

  /** The random numbers are asked for by many threads. */
  public static ObjectStore open(
      ObjectSettings settings, InstantSource clock, RandomGenerator random) throws IOException {
    Folders.make(settings.directory());
    Rows rows = Rows.open(settings);
    try {
      Names names = new Names(clock, random);
      Holdings holdings = new Holdings(settings, rows, names);
      try {
        return new ObjectStore(settings, rows, holdings, names, new Sequence(rows, random), clock);
      } catch (RuntimeException e) {
        holdings.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private ObjectStore(
      ObjectSettings settings,
      Rows rows,
      Holdings holdings,
      Names names,
      Sequence sequence,
      InstantSource clock) {
    this.settings = settings;
    this.rows = rows;
    this.sequence = sequence;
    this.names = names;
    this.holdings = holdings;
    this.commits = new Commits(rows, sequence, holdings);
    this.locks = new Locks(commits::mend);
    this.quarantine = new Quarantine(rows, commits, locks, clock);
    Annals annals = new Annals(rows, quarantine, clock);
    this.buckets = new Buckets(rows, commits, annals, locks, clock, settings);
    holdings.afterFailure(List.of(buckets::reload, quarantine::recount));
    Guard guard = new Guard(holdings, quarantine, settings);
    this.objects = new Objects(rows, holdings, guard);
    this.edits = new VersionEdits(rows, objects, annals, sequence, clock);
    this.keys = new KeyChanges(locks, buckets, objects, commits);
    this.scrub = new Scrub(rows, commits, objects, guard, quarantine, settings.scrub(), clock);
    this.uploads = new Uploads(rows, edits, names, clock);
    this.lister = new Lister(rows);
    this.changes = new ChangeFeed(rows, buckets, sequence::current);
    this.stages =
        new Stages(
            rows, commits, locks, buckets, objects, edits, uploads, settings.stages(), clock);
    FeedTrim trim = new FeedTrim(rows, commits, locks, settings.changes());
    this.upkeep = new Upkeep(buckets, trim, stages, clock);
    this.compaction = new Compaction(rows, commits, locks, holdings);
    holdings.compactBy(this::compact);
    uploads.forget().commit(commits, Durability.NONE);
    scrub.start();
    upkeep.start();
  }

  /**
   * How many files a crash had left that no row owned. They are removed from the moment the store
   * is opened; this waits until that is done.
   */
  public long sweptFiles() {
    return holdings.swept();
  }

  /** What is known to be damaged. */
  public Quarantine quarantine() {
    return quarantine;
  }

  /** The verification of everything in the background. */
  public Scrub scrub() {
    return scrub;
  }

  /** What happened, bucket by bucket. */
  public ChangeFeed changes() {
    return changes;
  }

  public Stages stages() {
    return stages;
  }

  /** The bucket as it was when a commit had just become true. */
  public History history(String bucket, long sequenceNumber) {
    return History.of(rows, objects, bucket(bucket), sequenceNumber, sequence.current());
  }

  /**
   * The number of the last commit. Every change has one of its own, greater than those before it;
   * after a crash some numbers are left out.
   */
  public long sequence() {
    return sequence.current();
  }

  /** Gives back what space of deleted objects can be given back now, rather than in a while. */
  public void compact() {
    compaction.run();
  }

  /** A bucket of the main account. */
  public Bucket createBucket(String name, String region) {
    return createBucket(name, Bucket.MAIN_ACCOUNT, region);
  }

  public Bucket createBucket(String name, String account, String region) {
    return buckets.create(name, account, region);
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

  /** The buckets of an account whose names start so, after the given name, at most so many. */
  public List<Bucket> listBuckets(String account, String prefix, String after, int most) {
    return buckets.of(account, prefix, after, most);
  }

  public void deleteBucket(String name) {
    buckets.remove(name);
    stages.forget(name);
  }

  public Bucket setVersioning(String name, Bucket.Versioning state) {
    return buckets.versioning(name, state);
  }

  /** How durable writes to the bucket are from here on. */
  public Bucket durability(String name, Durability level) {
    return buckets.durability(name, level);
  }

  /** Sets something of a bucket that the store keeps and gives no meaning, or takes it away. */
  public Bucket setBucket(String name, String setting, Optional<String> value) {
    return buckets.set(name, setting, value);
  }

  /** A place for the bytes of an object; checksums beyond MD5 only when asked for. */
  public IncomingBody receive(Set<Checksum> checksums) {
    holdings.space().require();
    int inline = Math.max(1, (int) settings.inlineLimit().bytes());
    int gathered = Math.max(inline, (int) settings.segmentLimit().bytes());
    return new IncomingBody(
        holdings, names.next(), new IncomingBody.Limits(inline, gathered), checksums);
  }

  /**
   * Makes the finished body the current version of the key. The body's checksum is kept with it.
   */
  public ObjectVersion put(
      String bucket, String key, IncomingBody body, Attributes attributes, Condition condition) {
    KeyChanges.Decision<ObjectVersion> writing = writing(bucket, key, body, attributes, condition);
    return body.handedOver(() -> keys.make(bucket, key, writing));
  }

  /**
   * As {@link #put}, but returns when it is decided, and refuses by then if it does. The future is
   * completed by the thread that wrote, which others wait for; the body is the caller's to close.
   */
  public CompletableFuture<ObjectVersion> beginPut(
      String bucket, String key, IncomingBody body, Attributes attributes, Condition condition) {
    KeyChanges.Decision<ObjectVersion> writing = writing(bucket, key, body, attributes, condition);
    return body.handedOver(() -> keys.begin(bucket, key, writing, body::notOwned));
  }

  private KeyChanges.Decision<ObjectVersion> writing(
      String bucket, String key, IncomingBody body, Attributes attributes, Condition condition) {
    Objects.checkKey(key);
    Durability level = buckets.require(bucket).durability();
    VersionEdits.Draft draft = VersionEdits.Draft.of(body, attributes, body.settle(level));
    return (home, before) -> {
      condition.require(before);
      VersionEdits.Writing writing = edits.write(home, key, before, draft);
      return Edit.of(writing, writing::version);
    };
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
    buckets.require(bucket);
    return objects.localFile(bucket, key);
  }

  /** Deletes the object: for good where nothing is versioned, else behind a delete marker. */
  public Deletion delete(String bucket, String key, Condition condition) {
    return keys.make(
        bucket,
        key,
        (home, before) -> {
          condition.require(before);
          return edits.delete(home, key, before);
        });
  }

  /** Deletes one version for good. */
  public Deletion deleteVersion(String bucket, String key, String versionId) {
    return delete(bucket, new Doomed(key, Optional.of(versionId)));
  }

  public Deletion delete(String bucket, Doomed doomed) {
    return keys.make(bucket, doomed.key(), (home, before) -> edits.delete(home, doomed, before));
  }

  /** An object or a version of one to delete, if it is as expected. */
  public record Doomed(String key, Optional<String> versionId, Expectation expected) {
    public Doomed(String key, Optional<String> versionId) {
      this(key, versionId, Expectation.none());
    }
  }

  /** What became of one of many: deleted, or why not. */
  public record Outcome(
      Doomed doomed, Optional<Deletion> deletion, Optional<StoreException> failure) {}

  /**
   * Deletes many, each by itself, with one sync for all; the answers in the order of the questions.
   */
  public List<Outcome> deleteAll(String bucket, List<Doomed> doomed) {
    return new BatchDelete(buckets, objects, edits, commits, locks).run(bucket, doomed);
  }

  /** Gives a version other tags; nothing else of it changes. */
  public ObjectVersion tag(
      String bucket, String key, Optional<String> versionId, Map<String, String> tags) {
    return keys.make(bucket, key, (home, before) -> edits.tag(home, key, versionId, tags));
  }

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

  public Upload createUpload(
      String bucket,
      String key,
      Attributes attributes,
      Optional<Checksum> checksum,
      StoredChecksum.Kind kind) {
    Objects.checkKey(key);
    return keys.make(
        bucket, key, (home, before) -> uploads.create(bucket, key, attributes, checksum, kind));
  }

  public Upload upload(String bucket, String key, String id) {
    buckets.require(bucket);
    return uploads.require(bucket, key, id);
  }

  /** A place for the bytes of a part; the upload's own checksum is computed as well. */
  public IncomingBody receivePart(Upload upload, Set<Checksum> checksums) {
    holdings.space().require();
    EnumSet<Checksum> all = EnumSet.noneOf(Checksum.class);
    all.addAll(checksums);
    upload.checksum().ifPresent(all::add);
    return new IncomingBody(holdings, names.next(), new IncomingBody.Limits(0, 0), all);
  }

  public Part addPart(String bucket, Upload upload, int number, IncomingBody body) {
    Uploads.checkPartNumber(number);
    Content content = body.settle(buckets.require(bucket).durability());
    Extent extent = content.extents().get(0);
    return body.handedOver(
        () ->
            keys.make(
                bucket,
                upload.key(),
                (home, before) ->
                    uploads.addPart(
                        uploads.require(bucket, upload.key(), upload.id()), number, body, extent)));
  }

  public List<Part> listParts(Upload upload, int after, int max) {
    return uploads.parts(upload.id(), after, max);
  }

  /**
   * Makes the parts one object. Asking again for an upload just completed gives the same answer.
   */
  public ObjectVersion completeUpload(
      String bucket, String key, String id, Completion completion, Condition condition) {
    return keys.make(
        bucket,
        key,
        (home, before) -> {
          Optional<Upload> upload = uploads.find(bucket, key, id);
          if (upload.isEmpty()) {
            Optional<ObjectVersion> done = uploads.completed(bucket, key, id);
            if (done.isPresent()) {
              return Edit.none(done.get());
            }
          }
          condition.require(before);
          return uploads.complete(home, uploads.require(bucket, key, id), before, completion);
        });
  }

  public void abortUpload(String bucket, String key, String id) {
    keys.make(
        bucket, key, (home, before) -> uploads.abort(bucket, uploads.require(bucket, key, id)));
  }

  @Override
  public void close() throws IOException {
    if (rows.closed()) {
      return;
    }
    scrub.close();
    upkeep.close();
    commits.close();
    try {
      holdings.close();
    } finally {
      rows.close();
    }
  }
}
