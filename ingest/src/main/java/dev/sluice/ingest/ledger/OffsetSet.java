package dev.sluice.ingest.ledger;

import java.util.HashMap;
import java.util.Map;

/** A set of offsets at one bit each: 125 MB for a billion. */
final class OffsetSet {

  private static final int PAGE_BITS = 16;
  private static final int PAGE_WORDS = 1 << (PAGE_BITS - 6);

  private final Map<Long, long[]> pages = new HashMap<>();
  private long size;

  /** Whether the offset was not in yet. */
  boolean add(long offset) {
    long[] page = pages.computeIfAbsent(offset >>> PAGE_BITS, number -> new long[PAGE_WORDS]);
    int word = word(offset);
    long bit = 1L << (offset & 63);
    if ((page[word] & bit) != 0) {
      return false;
    }
    page[word] |= bit;
    size++;
    return true;
  }

  boolean contains(long offset) {
    long[] page = pages.get(offset >>> PAGE_BITS);
    return page != null && (page[word(offset)] & (1L << (offset & 63))) != 0;
  }

  long size() {
    return size;
  }

  private static int word(long offset) {
    return (int) (offset >>> 6) & (PAGE_WORDS - 1);
  }
}
