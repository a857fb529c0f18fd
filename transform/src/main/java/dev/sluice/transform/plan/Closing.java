package dev.sluice.transform.plan;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * When a day is closed, and how long it is looked after.
 *
 * @param delay how long after its end a day stays open for what comes late
 * @param horizonDays how many closed days are looked at; older ones are left alone unless asked for
 */
public record Closing(Instant now, Duration delay, int horizonDays) {
  public static final Duration DEFAULT_DELAY = Duration.ofHours(1);
  public static final int DEFAULT_HORIZON_DAYS = 35;

  public Closing {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a day does not close before it ends");
    }
    if (horizonDays < 1) {
      throw new IllegalArgumentException("the horizon is at least one day");
    }
  }

  /** The last day that has ended for good. */
  public LocalDate lastClosed() {
    return LocalDate.ofInstant(now.minus(delay), ZoneOffset.UTC).minusDays(1);
  }

  public LocalDate horizon() {
    return lastClosed().minusDays(horizonDays - 1L);
  }

  public LocalDate today() {
    return LocalDate.ofInstant(now, ZoneOffset.UTC);
  }
}
