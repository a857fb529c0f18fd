package dev.sluice.lake.object;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/**
 * How much of a bucket's change feed is kept: what is older than the age, or beyond the number, is
 * trimmed.
 */
public record ChangeSettings(@Default("1000000") long kept, @Default("7d") Duration age) {
  public ChangeSettings {
    if (kept < 1 || age.isNegative() || age.isZero()) {
      throw new SettingsException("changes.kept and changes.age must be above 0");
    }
  }

  public static ChangeSettings standard() {
    return new ChangeSettings(1_000_000, Duration.ofDays(7));
  }
}
