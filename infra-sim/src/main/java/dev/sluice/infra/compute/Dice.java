package dev.sluice.infra.compute;

import java.time.Duration;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Chance that can be had again: each draw depends on the seed and on what it is for, never on what
 * was drawn before, so a restart goes on where it was.
 */
record Dice(long seed) {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** EC2's long form: seventeen hexadecimal digits. Two ordinals of a prefix never share one. */
  String id(String prefix, long ordinal) {
    // Stafford's mix 13, a bijection: no two inputs have one output.
    long z = seed + prefix.hashCode() + GOLDEN * (ordinal + 1);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return prefix + "-0" + HexFormat.of().toHexDigits(z ^ (z >>> 31));
  }

  Duration between(Duration shortest, Duration longest, long number) {
    long span = longest.minus(shortest).toMillis();
    long drawn = new SplittableRandom(seed ^ (GOLDEN * number)).nextLong(span + 1);
    return shortest.plusMillis(drawn);
  }
}
