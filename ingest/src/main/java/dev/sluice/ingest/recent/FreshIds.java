package dev.sluice.ingest.recent;

import java.util.Arrays;

/**
 * Ids of rows that are not committed yet, each with its receipt: a table of numbers, so that an id
 * costs no object.
 */
final class FreshIds {

  /** What takes an id and its time of receipt. */
  interface Taker {
    void take(long high, long low, long receivedMillis);
  }

  static final long ABSENT = Long.MIN_VALUE;

  private static final int WORDS = 3;
  private static final int SMALLEST = 1 << 8;

  // High, low, receipt; a slot whose receipt is ABSENT is free.
  private long[] slots = empty(SMALLEST);
  private int size;

  private static long[] empty(int capacity) {
    long[] slots = new long[capacity * WORDS];
    Arrays.fill(slots, ABSENT);
    return slots;
  }

  /** When the id was received, or ABSENT. */
  long received(long high, long low) {
    return slots[slot(high, low) + 2];
  }

  void put(long high, long low, long receivedMillis) {
    if (4L * (size + 1) * WORDS > 3L * slots.length) {
      grow();
    }
    int slot = slot(high, low);
    if (slots[slot + 2] == ABSENT) {
      size++;
    }
    slots[slot] = high;
    slots[slot + 1] = low;
    slots[slot + 2] = receivedMillis;
  }

  private int slot(long high, long low) {
    int mask = slots.length / WORDS - 1;
    int at = (int) low & mask;
    while (slots[WORDS * at + 2] != ABSENT
        && (slots[WORDS * at] != high || slots[WORDS * at + 1] != low)) {
      at = (at + 1) & mask;
    }
    return WORDS * at;
  }

  private void grow() {
    long[] former = slots;
    slots = empty(2 * former.length / WORDS);
    size = 0;
    for (int i = 0; i < former.length; i += WORDS) {
      if (former[i + 2] != ABSENT) {
        put(former[i], former[i + 1], former[i + 2]);
      }
    }
  }

  int size() {
    return size;
  }

  void each(Taker taker) {
    for (int i = 0; i < slots.length; i += WORDS) {
      if (slots[i + 2] != ABSENT) {
        taker.take(slots[i], slots[i + 1], slots[i + 2]);
      }
    }
  }

  /** Empties it; what a burst took is given back. */
  void clear() {
    if (slots.length > 8L * WORDS * Math.max(SMALLEST, size)) {
      slots = empty(SMALLEST);
    } else {
      Arrays.fill(slots, ABSENT);
    }
    size = 0;
  }
}
