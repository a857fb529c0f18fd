package dev.sluice.lake.book;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/**
 * The bounds of the book.
 *
 * @param poll how often it looks for changes that nobody told it of: those of another server
 * @param retry how often a metadata file that cannot be read is tried again
 * @param patience how long a question waits for changes that were made before it was asked
 * @param history changes kept of one table, with what they made different
 * @param snapshots points of one table's trend, before hours and days stand for many
 * @param writers those kept that wrote a table last
 * @param dropped tables kept that are gone
 * @param sampleRows at most, in a sample
 * @param workers threads that answer; {@code queue} more requests may wait
 */
public record BookSettings(
    @Default("2s") Duration poll,
    @Default("30s") Duration retry,
    @Default("2s") Duration patience,
    @Default("1000") int history,
    @Default("200") int snapshots,
    @Default("20") int writers,
    @Default("1000") int dropped,
    @Default("50") int sampleRows,
    @Default("4") int workers,
    @Default("128") int queue) {
  public BookSettings {
    for (Duration each : new Duration[] {poll, retry, patience}) {
      if (each.isNegative() || each.isZero()) {
        throw new SettingsException("poll, retry and patience are longer than nothing");
      }
    }
    if (history < 1 || snapshots < 1 || writers < 1 || dropped < 0) {
      throw new SettingsException("history, snapshots and writers are at least 1, dropped 0");
    }
    if (sampleRows < 1 || workers < 1 || queue < 1) {
      throw new SettingsException("sample-rows, workers and queue are at least 1");
    }
  }
}
