package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.INVALID_ARGUMENT;
import static dev.sluice.lake.object.StoreException.Reason.INVALID_KEY;
import static dev.sluice.lake.object.StoreException.Reason.KEY_TOO_LONG;
import static dev.sluice.lake.object.StoreException.Reason.NO_SUCH_VERSION;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

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

  Optional<ObjectVersion> named(String bucket, String key, String versionId) {
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

  private Optional<OpenObject> pinned(String bucket, ObjectVersion version) {
    List<Extent> extents = version.content().extents();
    OpenObject object = new OpenObject(holdings, guard, bucket, version);
    if (extents.isEmpty()) {
      return Optional.of(object);
    }
    holdings.pins().pin(extents);
    // Only a row that still names these bytes after the pin keeps them: clearing away looks at
    // pins after the row is gone, or names other bytes.
    if (at(bucket, version.key(), version.sequence())
        .filter(now -> now.content().extents().equals(extents))
        .isPresent()) {
      return Optional.of(object);
    }
    holdings.pins().unpin(extents);
    return Optional.empty();
  }
}
