package dev.sluice.lake.object;

import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which blocks were verified since the store was opened, in a table of fixed size: eight bytes for
 * each, at most four for a place in the table, the fifth drives one out. A block that was driven
 * out is verified again, and no block that was not verified is taken for one that was: a print is a
 * good hash of all that names a block, and blocks are never written over.
 */
final class VerifiedBlocks {
  private static final int WAYS = 4;

  private final AtomicLongArray prints;
  private final int sets;

  VerifiedBlocks(long memory) {
    this.sets = Integer.highestOneBit((int) Math.min(1 << 26, Math.max(1, memory / 8 / WAYS)));
    this.prints = new AtomicLongArray(sets * WAYS);
  }

  static long print(Extent extent, int block) {
    String name = extent.container();
    long print = mix(HexFormat.fromHexDigitsToLong(name, 0, 16));
    print = mix(print ^ HexFormat.fromHexDigitsToLong(name, 16, 32));
    print = mix(print ^ (extent.offset() + block * extent.sums().block()));
    print = mix(print ^ extent.sums().sum(block));
    return print == 0 ? 1 : print;
  }

  /** The finalizer of SplitMix64: every bit of the input moves half of the output's. */
  private static long mix(long bits) {
    long mixed = bits + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  boolean contains(long print) {
    int first = first(print);
    for (int way = 0; way < WAYS; way++) {
      if (prints.get(first + way) == print) {
        return true;
      }
    }
    return false;
  }

  void add(long print) {
    int first = first(print);
    for (int way = 0; way < WAYS; way++) {
      long there = prints.get(first + way);
      if (there == print || (there == 0 && prints.compareAndSet(first + way, 0, print))) {
        return;
      }
    }
    prints.set(first + (int) (print >>> 62), print);
  }

  /** The block was found damaged: it is to be verified again before anybody reads it. */
  void remove(long print) {
    int first = first(print);
    for (int way = 0; way < WAYS; way++) {
      prints.compareAndSet(first + way, print, 0);
    }
  }

  private int first(long print) {
    return ((int) print & (sets - 1)) * WAYS;
  }
}
