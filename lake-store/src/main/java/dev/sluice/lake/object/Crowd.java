package dev.sluice.lake.object;

import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * How many changes to expect together, and how long it pays to wait for them. Clients that were
 * answered together come back together, the first of them a little early: were it written at once,
 * it would have a sync of its own, and all the others would wait for that one before theirs. So
 * whoever writes waits for as many as came of late, but never longer than a part of what a sync
 * takes, and not at all where changes come one by one or are not synced.
 */
final class Crowd {
  /** Below this a write is not worth waiting for: nothing was synced. */
  private static final long QUICK_NANOS = 200_000;

  private static final long MAX_NANOS = 2_000_000;

  private volatile int expected = 1;
  private volatile long patience;
  private volatile Thread leader;

  /** Whether so many are as many as are waited for. */
  boolean reached(int waiting) {
    return leader != null && waiting >= expected;
  }

  void gathered() {
    LockSupport.unpark(leader);
  }

  /** By the one who writes: returns when it is time to. */
  void await(IntSupplier waiting) {
    if (expected < 2 || patience == 0) {
      return;
    }
    long deadline = System.nanoTime() + patience;
    leader = Thread.currentThread();
    try {
      long left = patience;
      while (left > 0 && waiting.getAsInt() < expected) {
        LockSupport.parkNanos(this, left);
        left = deadline - System.nanoTime();
      }
    } finally {
      leader = null;
    }
  }

  /** By the one who has written: how many at once, and how long it took. */
  void wrote(int changes, long nanos) {
    expected = Math.max(changes, expected - (expected + 7) / 8);
    patience = nanos < QUICK_NANOS ? 0 : Math.min(MAX_NANOS, (3 * patience + nanos / 2) / 4);
  }
}
