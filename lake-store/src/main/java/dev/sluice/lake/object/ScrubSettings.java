package dev.sluice.lake.object;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/**
 * How all bytes are verified in the background.
 *
 * @param rate how many bytes a second are read at most; 0 for no scrub at all
 * @param interval from the beginning of one walk over the store to that of the next
 */
public record ScrubSettings(@Default("16MiB") ByteSize rate, @Default("7d") Duration interval) {
  public ScrubSettings {
    if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new SettingsException("scrub.interval is below 1s");
    }
  }
}
