package dev.sluice.lake.dataset;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/**
 * Settings of datasets that are no tables.
 *
 * @param follow how often the store's changes are read
 * @param listing how often a store that tells no changes is listed
 * @param most datasets that can be declared
 * @param maxObjects of one dataset; a larger one is not counted
 * @param types told apart in one dataset; objects of further ones are counted together
 */
public record DatasetSettings(
    @Default("2s") Duration follow,
    @Default("1h") Duration listing,
    @Default("200") int most,
    @Default("5000000") long maxObjects,
    @Default("100") int types) {
  public DatasetSettings {
    if (follow.isNegative() || follow.isZero() || listing.isNegative() || listing.isZero()) {
      throw new SettingsException("follow and listing are longer than nothing");
    }
    if (most < 1 || maxObjects < 1 || types < 1) {
      throw new SettingsException("most, max-objects and types are at least 1");
    }
  }
}
