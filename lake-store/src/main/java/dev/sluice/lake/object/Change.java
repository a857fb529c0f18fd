package dev.sluice.lake.object;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * One thing that happened in a bucket. Changes of one commit share its sequence and are told apart
 * by their ordinal. A version is named by key and version id; a {@code put} of a version id that is
 * there already (only ever {@code null}) takes its place.
 *
 * @param size of the version the change speaks of, as {@code etag} is its ETag; 0 and empty for a
 *     delete marker
 */
public record Change(
    long sequence,
    int ordinal,
    Kind kind,
    String key,
    String versionId,
    long size,
    String etag,
    Instant time) {
  /** What happened. */
  public enum Kind {
    /** A new version is the current one. */
    PUT,
    /** A delete marker is the current version: the key is hidden. */
    DELETE_MARKER,
    /** The current version is gone for good; the key is gone too unless a restore follows. */
    DELETE,
    /** A version that was not the current one is gone for good. */
    REMOVE_VERSION,
    /** An older version is the current one again, for what hid it is gone. */
    RESTORE;

    /** As it is written on the wire: {@code delete-marker}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public Change {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(key);
    Objects.requireNonNull(versionId);
    Objects.requireNonNull(etag);
    Objects.requireNonNull(time);
  }
}
