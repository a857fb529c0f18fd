package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.MARKER;
import static dev.sluice.lake.object.StoreException.Reason.NO_SUCH_KEY;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what becomes of a key's rows when a version comes or goes. Called under the key's lock,
 * which is held until the edit is committed: what was read here must still be so then.
 */
final class VersionEdits {
  private final Rows rows;
  private final Objects objects;
  private final Quarantine quarantine;
  private final Sequence sequence;
  private final InstantSource clock;

  VersionEdits(
      Rows rows, Objects objects, Quarantine quarantine, Sequence sequence, InstantSource clock) {
    this.rows = rows;
    this.objects = objects;
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
      Content content) {
    static Draft deleteMarker() {
      return new Draft(0, "", Attributes.none(), Optional.empty(), new Content.Nothing());
    }
  }

  /** A new current version. */
  final class Writing implements Commits.Change {
    private final Bucket bucket;
    private final String key;
    private final Draft draft;
    private final long nullBefore;
    private final List<Extent> replaced;
    private Optional<ObjectVersion> written = Optional.empty();

    private Writing(
        Bucket bucket, String key, Draft draft, long nullBefore, List<Extent> replaced) {
      this.bucket = bucket;
      this.key = key;
      this.draft = draft;
      this.nullBefore = nullBefore;
      this.replaced = replaced;
    }

    private boolean named() {
      return bucket.versioning() == Bucket.Versioning.ENABLED;
    }

    @Override
    public void write(long number, RowBatch batch) {
      ObjectVersion version =
          new ObjectVersion(
              key,
              number,
              named() ? sequence.name(number) : VersionId.NULL,
              draft.size(),
              draft.etag(),
              clock.instant(),
              draft.attributes(),
              draft.checksum(),
              draft.content());
      if (!named() && nullBefore != 0) {
        batch.remove(RowKey.version(bucket.name(), key, nullBefore));
        quarantine.forget(batch, bucket.name(), key, nullBefore);
        replaced.forEach(batch::disown);
      }
      byte[] row = RowKey.version(bucket.name(), key, number);
      batch.put(row, RowCodec.write(version));
      draft.content().extents().forEach(extent -> batch.own(extent, row));
      Head head = Head.of(version, named() ? nullBefore : number);
      batch.put(RowKey.head(bucket.name(), key), RowCodec.write(head));
      written = Optional.of(version);
    }

    /** Known once it was committed. */
    ObjectVersion version() {
      return written.orElseThrow(() -> new IllegalStateException("not written yet"));
    }
  }

  /** Makes the draft the current version; in an unversioned bucket it replaces the one before. */
  Writing write(Bucket bucket, String key, Optional<Head> before, Draft draft) {
    long nullBefore = before.map(Head::nullSequence).orElse(0L);
    boolean replaces = bucket.versioning() != Bucket.Versioning.ENABLED && nullBefore != 0;
    List<Extent> replaced =
        replaces ? extents(bucket, key, before.orElseThrow(), nullBefore) : List.of();
    return new Writing(bucket, key, draft, nullBefore, replaced);
  }

  /** The bytes outside of rows that a version of the key has. */
  private List<Extent> extents(Bucket bucket, String key, Head head, long number) {
    if (number == head.sequence() && head.lies() == Head.Lies.WITHIN) {
      return List.of();
    }
    return objects
        .at(bucket.name(), key, number)
        .map(version -> version.content().extents())
        .orElse(List.of());
  }

  /** Deletes the object or the version named, if it is as expected. */
  Edit<Deletion> delete(Bucket bucket, ObjectStore.Doomed doomed, Optional<Head> before) {
    String key = doomed.key();
    if (!doomed.expected().asksNothing()) {
      doomed.expected().require(objects.find(bucket.name(), key, doomed.versionId()));
    }
    return doomed.versionId().isPresent()
        ? deleteVersion(bucket, key, doomed.versionId().get())
        : delete(bucket, key, before);
  }

  /** Gives a version other tags, in the row it has. */
  Edit<ObjectVersion> tag(
      Bucket bucket, String key, Optional<String> versionId, Map<String, String> tags) {
    ObjectVersion version =
        objects
            .find(bucket.name(), key, versionId)
            .orElseThrow(
                () -> new StoreException(NO_SUCH_KEY, "The specified key does not exist."));
    if (version.deleteMarker()) {
      throw new StoreException(
          versionId.isPresent() ? MARKER : NO_SUCH_KEY, "A delete marker has no tags");
    }
    ObjectVersion tagged = version.withTags(tags);
    byte[] row = RowKey.version(bucket.name(), key, version.sequence());
    return Edit.of((sequenceNumber, batch) -> batch.put(row, RowCodec.write(tagged)), () -> tagged);
  }

  /** Deletes the object: for good where nothing is versioned, else behind a delete marker. */
  Edit<Deletion> delete(Bucket bucket, String key, Optional<Head> before) {
    if (bucket.versioning() != Bucket.Versioning.OFF) {
      Writing marker = write(bucket, key, before, Draft.deleteMarker());
      return Edit.of(marker, () -> new Deletion.Hidden(marker.version().id()));
    }
    if (before.isEmpty()) {
      return Edit.none(new Deletion.Nothing());
    }
    // Where nothing was ever versioned a key has one version, and that has no name.
    long number = before.get().sequence();
    List<Extent> freed = extents(bucket, key, before.get(), number);
    return Edit.of(
        (sequenceNumber, batch) -> {
          batch.remove(RowKey.version(bucket.name(), key, number));
          quarantine.forget(batch, bucket.name(), key, number);
          freed.forEach(batch::disown);
          batch.remove(RowKey.head(bucket.name(), key));
        },
        () -> new Deletion.Removed(VersionId.NULL, false));
  }

  /** Deletes one version for good; the newest one left becomes the current one. */
  Edit<Deletion> deleteVersion(Bucket bucket, String key, String versionId) {
    Optional<ObjectVersion> found = objects.named(bucket.name(), key, versionId);
    if (found.isEmpty()) {
      return Edit.none(new Deletion.Nothing());
    }
    ObjectVersion gone = found.get();
    Head head = objects.head(bucket.name(), key).orElseThrow();
    long nullLeft = gone.unnamed() ? 0 : head.nullSequence();
    List<ObjectVersion> newest = newestExcept(bucket.name(), key, gone.sequence());
    return Edit.of(
        (sequenceNumber, batch) -> {
          batch.remove(RowKey.version(bucket.name(), key, gone.sequence()));
          quarantine.forget(batch, bucket.name(), key, gone.sequence());
          gone.content().extents().forEach(batch::disown);
          byte[] headKey = RowKey.head(bucket.name(), key);
          if (newest.isEmpty()) {
            batch.remove(headKey);
          } else {
            batch.put(headKey, RowCodec.write(Head.of(newest.get(0), nullLeft)));
          }
        },
        () -> new Deletion.Removed(gone.id(), gone.deleteMarker()));
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
