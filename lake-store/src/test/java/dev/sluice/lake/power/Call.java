package dev.sluice.lake.power;

import java.nio.ByteBuffer;

/**
 * One system call as the recorder wrote it down; which fields mean what is said there, at the kind.
 */
record Call(
    Kind kind,
    int descriptor,
    long first,
    long second,
    String path,
    String other,
    ByteBuffer bytes) {

  /** In the order of the recorder's numbers, which start at one. */
  enum Kind {
    OPENED,
    CLOSED,
    DUPLICATED,
    WRITTEN,
    TRUNCATED,
    ALLOCATED,
    RENAMED,
    LINKED,
    UNLINKED,
    DIRECTORY_MADE,
    DIRECTORY_REMOVED,
    SYNC_BEGUN,
    SYNC_DONE,
    UNSEEN
  }
}
