package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.INVALID_ARGUMENT;
import static dev.sluice.lake.object.StoreException.Reason.INVALID_KEY;
import static dev.sluice.lake.object.StoreException.Reason.KEY_TOO_LONG;
import static dev.sluice.lake.object.StoreException.Reason.NO_SUCH_VERSION;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Keys and their versions. For every key that has versions there is one head row, and its sequence
 * is the greatest of the key's version rows; both change in one batch, under the key's lock.
 */
final class Objects {
  private static final int MAX_KEY = 1024;

  private final Rows rows;
  private final Holdings holdings;
  private final Guard guard;

  Objects(Rows rows, Holdings holdings, Guard guard) {
    this.rows = rows;
    this.holdings = holdings;
    this.guard = guard;
  }

  static void checkKey(String key) {
    if (key.isEmpty() || key.indexOf('\0') >= 0) {
      throw new StoreException(INVALID_KEY, "A key must not be empty and must not hold NUL");
    }
    // A character takes at most three bytes, or two take four.
    boolean surelyShort = key.length() * 3 <= MAX_KEY;
    if (!surelyShort && key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY) {
      throw new StoreException(KEY_TOO_LONG, "Your key is too long: at most 1024 bytes");
    }
  }

  Optional<Head> head(String bucket, String key) {
    return rows.get(RowKey.head(bucket, key)).map(RowCodec::head);
  }

  Optional<ObjectVersion> at(String bucket, String key, long sequenceNumber) {
    return rows.get(RowKey.version(bucket, key, sequenceNumber)).map(RowCodec::version);
  }

  /** The current version, or the one named; delete markers included. */
  Optional<ObjectVersion> find(String bucket, String key, Optional<String> versionId) {
    if (versionId.isEmpty()) {
      return follow(bucket, key, Head::sequence);
    }
    return Optional.of(
        named(bucket, key, versionId.get())
            .orElseThrow(
                () ->
                    new StoreException(NO_SUCH_VERSION, "The specified version does not exist.")));
  }

  /** The version whose sequence the head says, or none if it says 0. */
  private Optional<ObjectVersion> follow(String bucket, String key, ToLongFunction<Head> sequence) {
    // The head may move on between the two reads; then the version's row may be gone.
    for (int attempt = 0; attempt < 100; attempt++) {
      Optional<Head> head = head(bucket, key).filter(each -> sequence.applyAsLong(each) != 0);
      if (head.isEmpty()) {
        return Optional.empty();
      }
      Optional<ObjectVersion> version = at(bucket, key, sequence.applyAsLong(head.get()));
      if (version.isPresent()) {
        return version;
      }
    }
    throw new IllegalStateException("the object changes faster than it can be read");
  }

  Optional<ObjectVersion> named(String bucket, String key, String versionId) {
    if (versionId.equals(VersionId.NULL)) {
      return follow(bucket, key, Head::nullSequence);
    }
    long number =
        VersionId.sequence(versionId)
            .orElseThrow(
                () -> new StoreException(INVALID_ARGUMENT, "Invalid version id specified"));
    return at(bucket, key, number).filter(version -> version.id().equals(versionId));
  }

  /** The newest version that is not newer than that; delete markers included. */
  Optional<ObjectVersion> atOrBefore(String bucket, String key, long sequenceNumber) {
    try (Rows.Cursor cursor = rows.cursor(RowKey.versions(bucket, key))) {
      cursor.seek(RowKey.version(bucket, key, sequenceNumber));
      return cursor.valid() ? Optional.of(RowCodec.version(cursor.value())) : Optional.empty();
    }
  }

  /** The sequence of the version that came after one that is not the current one. */
  long hiddenBy(String bucket, String key, long sequenceNumber) {
    byte[] row = RowKey.version(bucket, key, sequenceNumber);
    try (Rows.Cursor cursor = rows.cursor(RowKey.versions(bucket, key))) {
      cursor.seek(row);
      cursor.previous();
      if (!cursor.valid()) {
        throw new IllegalStateException("a version that is hidden has none after it");
      }
      return RowKey.sequenceOfVersion(cursor.key());
    }
  }

  /** The version opened: its files stay until it is closed. */
  Optional<OpenObject> open(String bucket, String key, Optional<String> versionId) {
    return open(bucket, () -> find(bucket, key, versionId));
  }

  Optional<OpenObject> open(String bucket, Supplier<Optional<ObjectVersion>> find) {
    for (int attempt = 0; attempt < 100; attempt++) {
      Optional<ObjectVersion> found = find.get();
      if (found.isEmpty()) {
        return Optional.empty();
      }
      Optional<OpenObject> object = pinned(bucket, found.get());
      if (object.isPresent()) {
        return admitted(bucket, object.get());
      }
    }
    throw new IllegalStateException("the object changes faster than it can be read");
  }

  private Optional<OpenObject> admitted(String bucket, OpenObject object) {
    try {
      guard.admit(bucket, object.version());
      return Optional.of(object);
    } catch (RuntimeException refused) {
      object.close();
      throw refused;
    }
  }

  /** The version of a row opened, damaged or not; empty if it is gone or was just rewritten. */
  Optional<OpenObject> openRow(String bucket, byte[] row) {
    return rows.get(row).map(RowCodec::version).flatMap(version -> pinned(bucket, version));
  }

  /** A part of an upload opened, as a version that is none; empty if it is gone by now. */
  Optional<OpenObject> openPart(String bucket, Upload upload, Part part) {
    ObjectVersion version =
        new ObjectVersion(
            upload.key(),
            0,
            "of upload " + upload.id() + " part " + part.number(),
            part.size(),
            part.etag(),
            part.modified(),
            upload.attributes(),
            part.checksum(),
            new Content.Whole(part.extent()));
    byte[] row = RowKey.part(upload.id(), part.number());
    return pinned(
        bucket,
        version,
        () -> rows.get(row).map(RowCodec::part).map(each -> List.of(each.extent())));
  }

  /** A staged version opened, as a version that is none; empty if it is gone by now. */
  Optional<OpenObject> openStaged(String bucket, byte[] row) {
    Supplier<Optional<ObjectVersion>> now =
        () -> rows.get(row).map(StageCodec::staged).flatMap(Staged::version);
    String id = "of stage " + RowKey.keyOfVersion(row);
    return now.get()
        .map(version -> version.as(id))
        .flatMap(
            version ->
                pinned(bucket, version, () -> now.get().map(each -> each.content().extents())));
  }

  private Optional<OpenObject> pinned(String bucket, ObjectVersion version) {
    return pinned(
        bucket,
        version,
        () -> at(bucket, version.key(), version.sequence()).map(each -> each.content().extents()));
  }

  private Optional<OpenObject> pinned(
      String bucket, ObjectVersion version, Supplier<Optional<List<Extent>>> named) {
    List<Extent> extents = version.content().extents();
    OpenObject object = new OpenObject(holdings, guard, bucket, version);
    if (extents.isEmpty()) {
      return Optional.of(object);
    }
    holdings.pins().pin(extents);
    // Only a row that still names these bytes after the pin keeps them: clearing away looks at
    // pins after the row is gone, or names other bytes.
    if (named.get().filter(extents::equals).isPresent()) {
      return Optional.of(object);
    }
    holdings.pins().unpin(extents);
    return Optional.empty();
  }

  /** The current version as a verified file of its own, if it is one. */
  Optional<LocalFile> localFile(String bucket, String key) {
    checkKey(key);
    Optional<OpenObject> found = open(bucket, key, Optional.empty());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    OpenObject object = found.get();
    List<Extent> extents = object.version().content().extents();
    if (extents.size() != 1 || extents.get(0).inSegment()) {
      object.close();
      return Optional.empty();
    }
    try {
      object.slices(0, object.version().size());
    } catch (RuntimeException refused) {
      object.close();
      throw refused;
    }
    return Optional.of(new LocalFile(holdings.path(extents.get(0)), object));
  }
}
