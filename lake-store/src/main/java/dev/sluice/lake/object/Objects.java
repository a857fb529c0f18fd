package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.INVALID_ARGUMENT;
import static dev.sluice.lake.object.StoreException.Reason.INVALID_KEY;
import static dev.sluice.lake.object.StoreException.Reason.KEY_TOO_LONG;
import static dev.sluice.lake.object.StoreException.Reason.NO_SUCH_VERSION;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keys and their versions. For every key that has versions there is one head row, and its sequence
 * is the greatest of the key's version rows; both change in one batch, under the key's lock.
 */
final class Objects {
  private static final int MAX_KEY = 1024;

  private final Rows rows;
  private final FileVault vault;
  private final Guard guard;
  private final Quarantine quarantine;
  private final Sequence sequence;
  private final InstantSource clock;

  Objects(
      Rows rows,
      FileVault vault,
      Guard guard,
      Quarantine quarantine,
      Sequence sequence,
      InstantSource clock) {
    this.rows = rows;
    this.vault = vault;
    this.guard = guard;
    this.quarantine = quarantine;
    this.sequence = sequence;
    this.clock = clock;
  }

  /** What a writer hands over: all of a version but its place in history. */
  record Draft(
      long size,
      String etag,
      Attributes attributes,
      Optional<StoredChecksum> checksum,
      Content content) {}

  static void checkKey(String key) {
    if (key.isEmpty() || key.indexOf('\0') >= 0) {
      throw new StoreException(INVALID_KEY, "A key must not be empty and must not hold NUL");
    }
    if (key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY) {
      throw new StoreException(KEY_TOO_LONG, "Your key is too long: at most 1024 bytes");
    }
  }

  Optional<Head> head(String bucket, String key) {
    return rows.get(RowKey.head(bucket, key)).map(RowCodec::head);
  }

  /** The ETag of the object as readers see it: empty behind a delete marker. */
  Optional<String> currentEtag(String bucket, String key) {
    return head(bucket, key).filter(head -> !head.deleted()).map(Head::etag);
  }

  private Optional<ObjectVersion> at(String bucket, String key, long sequenceNumber) {
    return rows.get(RowKey.version(bucket, key, sequenceNumber)).map(RowCodec::version);
  }

  /** The current version, or the one named; delete markers included. */
  Optional<ObjectVersion> find(String bucket, String key, Optional<String> versionId) {
    if (versionId.isEmpty()) {
      // The head may move on between the two reads; then its version row may be gone.
      for (int attempt = 0; attempt < 100; attempt++) {
        Optional<Head> head = head(bucket, key);
        if (head.isEmpty()) {
          return Optional.empty();
        }
        Optional<ObjectVersion> version = at(bucket, key, head.get().sequence());
        if (version.isPresent()) {
          return version;
        }
      }
      throw new IllegalStateException("the object changes faster than it can be read");
    }
    return Optional.of(
        named(bucket, key, versionId.get())
            .orElseThrow(
                () ->
                    new StoreException(NO_SUCH_VERSION, "The specified version does not exist.")));
  }

  private Optional<ObjectVersion> named(String bucket, String key, String versionId) {
    if (versionId.equals(VersionId.NULL)) {
      return head(bucket, key)
          .filter(head -> head.nullSequence() != 0)
          .flatMap(head -> at(bucket, key, head.nullSequence()));
    }
    long number =
        VersionId.sequence(versionId)
            .orElseThrow(
                () -> new StoreException(INVALID_ARGUMENT, "Invalid version id specified"));
    return at(bucket, key, number).filter(version -> version.id().equals(versionId));
  }

  /** The version opened: its files stay until it is closed. */
  Optional<OpenObject> open(String bucket, String key, Optional<String> versionId) {
    for (int attempt = 0; attempt < 100; attempt++) {
      Optional<ObjectVersion> found = find(bucket, key, versionId);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      Optional<OpenObject> object = pinned(bucket, found.get());
      if (object.isPresent()) {
        try {
          guard.admit(bucket, found.get());
          return object;
        } catch (StoreException refused) {
          object.get().close();
          throw refused;
        }
      }
    }
    throw new IllegalStateException("the object changes faster than it can be read");
  }

  /** The version of a row opened, damaged or not; empty if it is gone. */
  Optional<OpenObject> openRow(String bucket, byte[] row) {
    return rows.get(row).map(RowCodec::version).flatMap(version -> pinned(bucket, version));
  }

  private Optional<OpenObject> pinned(String bucket, ObjectVersion version) {
    vault.pin(version.content().extents());
    // Only a row that is there after the pin keeps its files: reclaiming looks at pins after the
    // row is gone.
    if (at(bucket, version.key(), version.sequence()).isPresent()) {
      return Optional.of(new OpenObject(vault, guard, bucket, version));
    }
    vault.unpin(version.content().extents());
    return Optional.empty();
  }

  /**
   * Adds the rows of a new current version to the batch; {@code freed} takes the files it replaces.
   */
  ObjectVersion write(Bucket bucket, String key, Draft draft, RowBatch batch, List<Extent> freed) {
    long number = sequence.next();
    boolean named = bucket.versioning() == Bucket.Versioning.ENABLED;
    ObjectVersion version =
        new ObjectVersion(
            key,
            number,
            named ? sequence.name(number) : VersionId.NULL,
            draft.size(),
            draft.etag(),
            clock.instant(),
            draft.attributes(),
            draft.checksum(),
            draft.content());
    long nullBefore = head(bucket.name(), key).map(Head::nullSequence).orElse(0L);
    if (!named && nullBefore != 0) {
      at(bucket.name(), key, nullBefore).ifPresent(old -> drop(bucket.name(), old, batch, freed));
    }
    byte[] row = RowKey.version(bucket.name(), key, number);
    batch.put(row, RowCodec.write(version));
    draft.content().extents().forEach(extent -> batch.own(extent, row));
    Head head = Head.of(version, named ? nullBefore : number);
    batch.put(RowKey.head(bucket.name(), key), RowCodec.write(head));
    return version;
  }

  private void drop(String bucket, ObjectVersion version, RowBatch batch, List<Extent> freed) {
    quarantine.forget(batch, bucket, version);
    batch.remove(RowKey.version(bucket, version.key(), version.sequence()));
    version.content().extents().forEach(batch::disown);
    freed.addAll(version.content().extents());
  }

  Deletion delete(Bucket bucket, String key, RowBatch batch, List<Extent> freed) {
    Optional<Head> head = head(bucket.name(), key);
    if (bucket.versioning() == Bucket.Versioning.OFF) {
      if (head.isEmpty()) {
        return new Deletion.Nothing();
      }
      return deleteVersion(bucket, key, VersionId.NULL, batch, freed);
    }
    Draft marker = new Draft(0, "", Attributes.none(), Optional.empty(), new Content.Nothing());
    return new Deletion.Hidden(write(bucket, key, marker, batch, freed).id());
  }

  Deletion deleteVersion(
      Bucket bucket, String key, String versionId, RowBatch batch, List<Extent> freed) {
    Optional<ObjectVersion> found = named(bucket.name(), key, versionId);
    if (found.isEmpty()) {
      return new Deletion.Nothing();
    }
    ObjectVersion gone = found.get();
    drop(bucket.name(), gone, batch, freed);
    Head head = head(bucket.name(), key).orElseThrow();
    long nullLeft = gone.unnamed() ? 0 : head.nullSequence();
    byte[] headKey = RowKey.head(bucket.name(), key);
    List<ObjectVersion> newest = newestExcept(bucket.name(), key, gone.sequence());
    if (newest.isEmpty()) {
      batch.remove(headKey);
    } else {
      batch.put(headKey, RowCodec.write(Head.of(newest.get(0), nullLeft)));
    }
    return new Deletion.Removed(gone.id(), gone.deleteMarker());
  }

  private List<ObjectVersion> newestExcept(String bucket, String key, long without) {
    List<ObjectVersion> newest = new ArrayList<>(1);
    try (Rows.Cursor cursor = rows.cursor(RowKey.versions(bucket, key))) {
      while (cursor.valid() && newest.isEmpty()) {
        ObjectVersion version = RowCodec.version(cursor.value());
        if (version.sequence() != without) {
          newest.add(version);
        }
        cursor.next();
      }
    }
    return newest;
  }
}
