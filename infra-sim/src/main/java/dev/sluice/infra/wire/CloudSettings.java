package dev.sluice.infra.wire;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/**
 * The cloud port's settings. Every request but health and meters needs a signature, so it may
 * listen anywhere.
 *
 * @param workers threads that answer; {@code queue} more requests may wait
 * @param idle a connection on which nothing happens so long is closed
 * @param patience how long a stop waits for requests under way
 */
public record CloudSettings(
    @Default("127.0.0.1") String host,
    @Default("4566") int port,
    @Default("1MiB") ByteSize maxBody,
    @Default("4") int workers,
    @Default("256") int queue,
    @Default("2m") Duration idle,
    @Default("10s") Duration patience) {
  public CloudSettings {
    new Binding(host, port);
    if (workers < 1 || queue < 1) {
      throw new SettingsException("workers and queue are at least 1");
    }
  }

  Binding binding() {
    return new Binding(host, port);
  }
}
