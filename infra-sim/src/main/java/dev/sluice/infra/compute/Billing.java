package dev.sluice.infra.compute;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The seconds of an instance that EC2 bills: those it is running, whole ones, at least 60 each time
 * it starts to run (EC2 pricing, "Per-second billing").
 *
 * @param closedSeconds those of runs that have ended
 * @param since when the present run began
 */
public record Billing(long closedSeconds, Optional<Instant> since) {
  static final Billing NONE = new Billing(0, Optional.empty());

  private static final long MINIMUM_SECONDS = 60;
  private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);

  public Billing {
    if (closedSeconds < 0) {
      throw new IllegalArgumentException("billed seconds are never negative");
    }
  }

  Billing begun(Instant at) {
    return new Billing(seconds(at), Optional.of(at));
  }

  Billing ended(Instant at) {
    return new Billing(seconds(at), Optional.empty());
  }

  public long seconds(Instant now) {
    return closedSeconds + since.map(begun -> run(Duration.between(begun, now))).orElse(0L);
  }

  BigDecimal cost(BigDecimal pricePerHour, Instant now) {
    return pricePerHour
        .multiply(BigDecimal.valueOf(seconds(now)))
        .divide(SECONDS_PER_HOUR, 8, RoundingMode.HALF_UP);
  }

  private static long run(Duration ran) {
    long whole = ran.toSeconds() + (ran.toNanosPart() > 0 ? 1 : 0);
    return Math.max(MINIMUM_SECONDS, whole);
  }
}
