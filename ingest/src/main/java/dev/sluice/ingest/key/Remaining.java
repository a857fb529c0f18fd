package dev.sluice.ingest.key;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What is left of an allowance.
 *
 * @param burst of what may be sent at once; empty where the rate is not limited
 * @param day of today's; empty where the day is not limited
 */
public record Remaining(Optional<Share> burst, Optional<Share> day) {
  /** So many of so many, and how long until all are there again. */
  public record Share(long limit, long left, Duration reset) {
    public Share {
      Objects.requireNonNull(reset, "reset");
    }
  }

  public Remaining {
    Objects.requireNonNull(burst, "burst");
    Objects.requireNonNull(day, "day");
  }
}
