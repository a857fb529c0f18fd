package dev.sluice.lake.s3;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of bodies is in memory at once, over all connections. A connection may gather a batch
 * while there is room, and when there is none no more than the piece it has just got.
 */
final class Inflow {
  /** More than this at once makes nothing faster. */
  private static final int BATCH = 256 << 10;

  private static final long ROOM = 16L << 20;

  private final AtomicLong held = new AtomicLong();

  void enter(int bytes) {
    held.addAndGet(bytes);
  }

  void leave(int bytes) {
    held.addAndGet(-bytes);
  }

  /** Whether a connection that has gathered so many bytes must not take more now. */
  boolean full(int gathered) {
    return gathered >= BATCH || held.get() >= ROOM;
  }
}
