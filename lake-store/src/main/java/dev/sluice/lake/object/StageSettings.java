package dev.sluice.lake.object;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/**
 * How much may be kept aside.
 *
 * @param keys at most so many in one stage, and so in one commit
 * @param stages at most so many at once in a bucket
 * @param age a stage nobody added to for so long is dropped
 */
public record StageSettings(
    @Default("10000") int keys, @Default("1000") int stages, @Default("7d") Duration age) {
  public StageSettings {
    if (keys < 1 || stages < 1 || age.isNegative() || age.isZero()) {
      throw new SettingsException("stages.keys, stages.stages and stages.age must be above 0");
    }
  }

  public static StageSettings standard() {
    return new StageSettings(10_000, 1000, Duration.ofDays(7));
  }
}
