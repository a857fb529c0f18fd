package dev.sluice.ingest.recent;

import java.util.ArrayList;
import java.util.List;

/**
 * A Bloom filter that grows: says at once of nearly every id that it never was there, so that
 * hardly any new one costs a look into the store. An id has all its bits in one line of the
 * processor's cache. A filter that is full is followed by one four times as large.
 */
final class Sieve {

  private static final int WORDS_PER_LINE = 8;
  private static final int IDS_PER_LINE = 32;
  private static final int SMALLEST_IDS = 1 << 10;

  private final List<long[]> parts = new ArrayList<>();
  private long room;

  /**
   * An empty one.
   *
   * @param expected how many ids it will hold, about
   */
  Sieve(long expected) {
    grow(expected);
  }

  private void grow(long ids) {
    long lines = 1;
    while (lines * IDS_PER_LINE < Math.max(SMALLEST_IDS, ids) && lines < 1 << 22) {
      lines <<= 1;
    }
    parts.add(new long[(int) lines * WORDS_PER_LINE]);
    room = lines * IDS_PER_LINE;
  }

  void add(long high, long low) {
    if (room == 0) {
      grow(4L * parts.get(parts.size() - 1).length / WORDS_PER_LINE * IDS_PER_LINE);
    }
    room--;
    long[] part = parts.get(parts.size() - 1);
    int line = line(part, high);
    for (int shift = 0; shift < 54; shift += 9) {
      int bit = (int) (low >>> shift) & 511;
      part[line + (bit >>> 6)] |= 1L << bit;
    }
  }

  /** False: it never was added. */
  boolean mayHold(long high, long low) {
    for (int i = parts.size() - 1; i >= 0; i--) {
      if (holds(parts.get(i), high, low)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(long[] part, long high, long low) {
    int line = line(part, high);
    for (int shift = 0; shift < 54; shift += 9) {
      int bit = (int) (low >>> shift) & 511;
      if ((part[line + (bit >>> 6)] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  private static int line(long[] part, long high) {
    return ((int) (high >>> 20) & (part.length / WORDS_PER_LINE - 1)) * WORDS_PER_LINE;
  }
}
