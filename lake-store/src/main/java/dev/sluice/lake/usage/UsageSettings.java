package dev.sluice.lake.usage;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/**
 * Settings of what is remembered of the use of tables.
 *
 * @param pending uses that wait in memory to be written; what comes beyond is not counted
 * @param flush how often they are written
 * @param age how long use is remembered
 * @param users told apart for one table and day; further ones are counted together
 * @param queries remembered of each table, the last ones asked
 * @param maxText characters of a query that are kept
 */
public record UsageSettings(
    @Default("10000") int pending,
    @Default("5s") Duration flush,
    @Default("90d") Duration age,
    @Default("100") int users,
    @Default("200") int queries,
    @Default("4000") int maxText) {
  public UsageSettings {
    if (pending < 1 || users < 1 || queries < 1 || maxText < 1) {
      throw new SettingsException("pending, users, queries and max-text are at least 1");
    }
    if (flush.isNegative() || flush.isZero() || age.compareTo(Duration.ofDays(1)) < 0) {
      throw new SettingsException("flush is longer than nothing, and age is a day or more");
    }
  }
}
