package dev.sluice.lake.object;

/** What a delete did. */
public sealed interface Deletion {
  /** There was nothing to delete. */
  record Nothing() implements Deletion {}

  /** The object, or the version named, is gone for good. */
  record Removed(String versionId, boolean marker) implements Deletion {}

  /** The object is hidden behind a delete marker; its versions remain. */
  record Hidden(String markerId) implements Deletion {}
}
