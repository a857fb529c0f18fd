package dev.sluice.ingest.key;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;
import java.util.Objects;

/**
 * What happens to an address that shows wrong keys.
 *
 * @param after wrong keys, each within the pause of the one before, that lock an address out; 0:
 *     none ever does, for a door behind a proxy that all senders share
 * @param pause how long no key from there is looked at
 * @param addresses the most addresses remembered; the one that was first is forgotten for a further
 *     one
 */
public record LockoutSettings(
    @Default("30") int after, @Default("1m") Duration pause, @Default("10000") int addresses) {
  public LockoutSettings {
    Objects.requireNonNull(pause, "pause");
    if (after < 0) {
      throw new SettingsException("after must be 0 or more");
    }
    if (addresses < 1) {
      throw new SettingsException("addresses must be at least 1");
    }
    if (pause.isNegative() || pause.isZero()) {
      throw new SettingsException("pause must be positive");
    }
  }

  /** As it is when nobody sets anything. */
  public static LockoutSettings standard() {
    return new LockoutSettings(30, Duration.ofMinutes(1), 10_000);
  }
}
