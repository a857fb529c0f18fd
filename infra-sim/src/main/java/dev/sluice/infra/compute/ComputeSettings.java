package dev.sluice.infra.compute;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/**
 * The simulated machines' settings.
 *
 * @param maxInstances how many there may be at once, stopped ones too
 * @param bootShortest a machine is pending for a time drawn between this and {@code bootLongest}
 * @param terminatedVisible how long a terminated machine is still listed
 * @param journalLimit when the journal is longer it is rewritten as what is known now
 */
public record ComputeSettings(
    @Default("20") int maxInstances,
    @Default("2s") Duration bootShortest,
    @Default("5s") Duration bootLongest,
    @Default("2s") Duration stopTime,
    @Default("1s") Duration terminateTime,
    @Default("1h") Duration terminatedVisible,
    @Default("8MiB") ByteSize journalLimit) {
  /** Beyond this, addresses of one network run short. */
  private static final int MOST_INSTANCES = 10_000;

  public ComputeSettings {
    if (maxInstances < 1 || maxInstances > MOST_INSTANCES) {
      throw new SettingsException(
          "max-instances is " + maxInstances + ", but must be from 1 to " + MOST_INSTANCES);
    }
    if (bootLongest.compareTo(bootShortest) < 0) {
      throw new SettingsException("boot-longest is shorter than boot-shortest");
    }
    if (journalLimit.bytes() < 4096) {
      throw new SettingsException("journal-limit is at least 4KiB");
    }
  }
}
