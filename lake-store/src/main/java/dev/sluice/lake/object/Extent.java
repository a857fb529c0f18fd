package dev.sluice.lake.object;

/**
 * Where bytes lie: so many from an offset in a container, and the sums of their blocks. Immutable,
 * as the bytes are.
 */
record Extent(Kind kind, String container, long offset, long length, BlockSums sums) {
  /** What holds the bytes. */
  enum Kind {
    /** A file of their own. */
    FILE,
    /** A file shared with the bytes of other objects. */
    SEGMENT
  }

  Extent {
    if (!Names.valid(container) || offset < 0 || length < 0) {
      throw new IllegalArgumentException("not a place in the store: " + container);
    }
    if (sums.count() != sums.blocksOf(length)) {
      throw new IllegalArgumentException(container + " has not as many sums as blocks");
    }
  }

  /** All of a file. */
  static Extent file(String container, long length, BlockSums sums) {
    return new Extent(Kind.FILE, container, 0, length, sums);
  }

  static Extent segment(String container, long offset, long length, BlockSums sums) {
    return new Extent(Kind.SEGMENT, container, offset, length, sums);
  }

  long end() {
    return offset + length;
  }

  boolean inSegment() {
    return kind == Kind.SEGMENT;
  }
}
