package dev.sluice.lake.object;

import java.util.OptionalLong;

/** What a delete did. */
public sealed interface Deletion {
  /** There was nothing to delete. */
  record Nothing() implements Deletion {}

  /** The object, or the version named, is gone for good. */
  record Removed(String versionId, boolean marker, long sequence) implements Deletion {}

  /** The number of the commit that did it; none where there was nothing to do. */
  default OptionalLong commit() {
    if (this instanceof Removed removed) {
      return OptionalLong.of(removed.sequence());
    }
    return this instanceof Hidden hidden
        ? OptionalLong.of(hidden.sequence())
        : OptionalLong.empty();
  }

  /** The object is hidden behind a delete marker; its versions remain. */
  record Hidden(String markerId, long sequence) implements Deletion {}
}
