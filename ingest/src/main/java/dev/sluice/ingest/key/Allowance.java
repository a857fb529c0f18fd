package dev.sluice.ingest.key;

import dev.sluice.daemon.SettingsException;
import java.util.Objects;
import java.util.Optional;

/**
 * How many events a key may send.
 *
 * @param rate by the second; without it, any number
 * @param daily by the day (UTC); without it, any number
 */
public record Allowance(Optional<Rate> rate, Optional<Long> daily) {
  /** So many a second for long, and so many at once after a pause. */
  public record Rate(int perSecond, int burst) {
    public Rate {
      if (perSecond < 1 || burst < 1) {
        throw new SettingsException("rate and burst must be at least 1");
      }
    }
  }

  static final Allowance UNLIMITED = new Allowance(Optional.empty(), Optional.empty());

  public Allowance {
    Objects.requireNonNull(rate, "rate");
    Objects.requireNonNull(daily, "daily");
    if (daily.isPresent() && daily.get() < 1) {
      throw new SettingsException("daily must be at least 1");
    }
  }

  /** The most events that can ever be granted at once. */
  long most() {
    long atOnce = rate.map(Rate::burst).orElse(Integer.MAX_VALUE);
    return Math.min(atOnce, daily.orElse(Long.MAX_VALUE));
  }
}
