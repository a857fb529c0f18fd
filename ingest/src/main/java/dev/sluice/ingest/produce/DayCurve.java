package dev.sluice.ingest.produce;

import java.time.Instant;
import java.util.Arrays;

/** How much goes on when: a day's sine, high in the evening and low at night, with a lunch peak. */
final class DayCurve {
  private static final int STEPS = 2_000;
  private static final double DAY_SECONDS = 86_400;

  private final Span span;
  private final double[] cumulated = new double[STEPS + 1];

  DayCurve(Span span) {
    this.span = span;
    double step = span.length().toMillis() / 1000.0 / STEPS;
    for (int i = 0; i < STEPS; i++) {
      double second = span.start().getEpochSecond() + (i + 0.5) * step;
      cumulated[i + 1] = cumulated[i] + weight(second % DAY_SECONDS / 3600);
    }
  }

  /** The instant before which this share of everything happens. */
  Instant at(double share) {
    double point = share * cumulated[STEPS];
    int found = Arrays.binarySearch(cumulated, point);
    int step = Math.min(found < 0 ? -found - 2 : found, STEPS - 1);
    double within = (point - cumulated[step]) / (cumulated[step + 1] - cumulated[step]);
    double millis = (step + within) / STEPS * span.length().toMillis();
    return span.inside(span.start().plusMillis((long) millis));
  }

  static double weight(double hour) {
    double evening = 1 + 0.75 * StrictMath.sin((hour - 13) / 24 * 2 * StrictMath.PI);
    double fromLunch = hour - 12.5;
    return evening + 0.9 * StrictMath.exp(-fromLunch * fromLunch / 1.2);
  }
}
