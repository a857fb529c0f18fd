package dev.sluice.lake.book.search;

import java.util.Arrays;
import java.util.BitSet;

/** The entries that hold one word, by number, and in which parts each does. */
final class Postings {
  private int[] entries = new int[2];
  private byte[] parts = new byte[2];
  private int size;

  /** Entries are added one after the other, so the last is the only one that can be there. */
  void add(int entry, Part part) {
    if (size > 0 && entries[size - 1] == entry) {
      parts[size - 1] |= (byte) part.bit();
      return;
    }
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size * 2);
      parts = Arrays.copyOf(parts, size * 2);
    }
    entries[size] = entry;
    parts[size] = (byte) part.bit();
    size++;
  }

  int size() {
    return size;
  }

  /** How many of some entries. */
  int in(BitSet some) {
    int count = 0;
    for (int at = 0; at < size; at++) {
      count += some.get(entries[at]) ? 1 : 0;
    }
    return count;
  }

  boolean anyIn(BitSet some) {
    for (int at = 0; at < size; at++) {
      if (some.get(entries[at])) {
        return true;
      }
    }
    return false;
  }

  int entry(int at) {
    return entries[at];
  }

  /** The weight of the weightiest part, and a little for each further one. */
  float weight(int at) {
    float most = 0;
    float all = 0;
    for (Part part : Part.values()) {
      if ((parts[at] & part.bit()) != 0) {
        most = Math.max(most, part.weight());
        all += part.weight();
      }
    }
    return most + (all - most) * 0.2f;
  }
}
