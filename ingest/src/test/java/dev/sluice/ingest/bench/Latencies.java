package dev.sluice.ingest.bench;

import java.time.Duration;

/** How long many things took, in steps of ten milliseconds up to ten minutes. */
final class Latencies {
  private static final int STEP_MILLIS = 10;

  private final long[] counts = new long[60_000];
  private long total;

  void add(Duration took) {
    long step = Math.max(0, took.toMillis()) / STEP_MILLIS;
    counts[(int) Math.min(step, counts.length - 1L)]++;
    total++;
  }

  long total() {
    return total;
  }

  /** The upper end of the step in which this share of all is reached. */
  Duration quantile(double share) {
    long below = 0;
    for (int step = 0; step < counts.length; step++) {
      below += counts[step];
      if (below >= share * total) {
        return Duration.ofMillis((step + 1L) * STEP_MILLIS);
      }
    }
    return Duration.ZERO;
  }

  @Override
  public String toString() {
    return "p50 "
        + quantile(0.5).toMillis()
        + " ms, p99 "
        + quantile(0.99).toMillis()
        + " ms, at most "
        + quantile(1).toMillis()
        + " ms";
  }
}
