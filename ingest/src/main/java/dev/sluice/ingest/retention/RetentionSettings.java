package dev.sluice.ingest.retention;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/**
 * When the log is trimmed.
 *
 * @param interval how often it is looked at what may go
 */
public record RetentionSettings(@Default("1m") Duration interval) {
  public RetentionSettings {
    if (interval.isNegative() || interval.isZero()) {
      throw new SettingsException("interval must be positive");
    }
  }
}
