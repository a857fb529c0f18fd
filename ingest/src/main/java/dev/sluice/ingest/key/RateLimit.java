package dev.sluice.ingest.key;

import java.time.InstantSource;
import java.util.Optional;

/** So many requests a second for long, and so many at once after a pause. Any thread may ask. */
public final class RateLimit {
  private final Allowance allowance;
  private final InstantSource clock;
  private Spending spending;

  public RateLimit(int perSecond, int burst, InstantSource clock) {
    this.allowance =
        new Allowance(Optional.of(new Allowance.Rate(perSecond, burst)), Optional.empty());
    this.clock = clock;
    this.spending = Spending.none(allowance, clock.instant());
  }

  /** Takes one, if there is one. */
  public synchronized Ruling take() {
    Spending.Decided decided = spending.take(allowance, clock.instant(), 1);
    spending = decided.next();
    return decided.ruling();
  }
}
