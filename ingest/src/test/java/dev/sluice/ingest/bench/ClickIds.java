package dev.sluice.ingest.bench;

import java.util.UUID;

/**
 * UUIDs that look random and tell which event they belong to, so that a set of bits can prove that
 * each event is there once.
 */
final class ClickIds {
  private static final int BITS = 62;
  private static final int HALF = BITS / 2;
  private static final long MASK = (1L << BITS) - 1;
  private static final long ODD = 0x5851f42d4c957f2dL & MASK;
  private static final long INVERSE = inverse(ODD);
  private static final long VARIANT = 1L << 63;
  private static final long VERSION = 0x4000L;

  private final long seed;

  ClickIds(long seed) {
    this.seed = seed;
  }

  /** The low 62 bits are a permutation of the event's number; each step below can be undone. */
  UUID id(long event) {
    long low = (event * ODD) & MASK;
    low ^= low >>> HALF;
    low = (low * ODD) & MASK;
    long high = (Mixing.mix(seed ^ event) & ~0xf000L) | VERSION;
    return new UUID(high, low | VARIANT);
  }

  long event(UUID id) {
    long low = (id.getLeastSignificantBits() & MASK) * INVERSE & MASK;
    low ^= low >>> HALF;
    return low * INVERSE & MASK;
  }

  /** Newton's steps, each of which doubles the number of right bits. */
  private static long inverse(long odd) {
    long inverse = odd;
    for (int i = 0; i < 6; i++) {
      inverse *= 2 - odd * inverse;
    }
    return inverse & MASK;
  }
}
