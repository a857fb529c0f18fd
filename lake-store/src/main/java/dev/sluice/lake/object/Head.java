package dev.sluice.lake.object;

import java.time.Instant;

/**
 * The summary of a key's current version, all that a listing needs. {@code nullSequence} is the
 * sequence of the key's version without a name, 0 when there is none.
 */
record Head(
    long sequence,
    long nullSequence,
    Marker marker,
    long size,
    String etag,
    Instant modified,
    String checksumName,
    Lies lies) {
  /** Whether the current version is a delete marker. */
  enum Marker {
    OBJECT,
    DELETE_MARKER
  }

  /** Where the current version's bytes are, as far as whoever replaces it must know. */
  enum Lies {
    /** In the version's row: nothing is left to clear away when the row goes. */
    WITHIN,
    /** In files, or it is not known. */
    OUTSIDE
  }

  static Head of(ObjectVersion version, long nullSequence) {
    return new Head(
        version.sequence(),
        nullSequence,
        version.deleteMarker() ? Marker.DELETE_MARKER : Marker.OBJECT,
        version.size(),
        version.etag(),
        version.modified(),
        version.checksum().map(each -> each.algorithm().name()).orElse(""),
        version.content().extents().isEmpty() ? Lies.WITHIN : Lies.OUTSIDE);
  }

  boolean deleted() {
    return marker == Marker.DELETE_MARKER;
  }
}
