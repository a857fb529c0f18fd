package dev.sluice.lake.object;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Names of files and uploads: 32 hexadecimal digits that nobody can guess and that are never given
 * out twice, later ones greater. The first half grows with the clock, also over restarts, unless
 * the clock is set back.
 */
final class Names {
  private static final int LENGTH = 32;

  private final InstantSource clock;
  private final RandomGenerator random;
  private long last;

  Names(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  synchronized String next() {
    last = Math.max(last + 1, clock.millis() << 20);
    return VersionId.of(last, random.nextLong());
  }

  static boolean valid(String name) {
    if (name.length() != LENGTH) {
      return false;
    }
    for (int at = 0; at < LENGTH; at++) {
      char digit = name.charAt(at);
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
        return false;
      }
    }
    return true;
  }
}
