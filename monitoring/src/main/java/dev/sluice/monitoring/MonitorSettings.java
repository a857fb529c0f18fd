package dev.sluice.monitoring;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.Nearest;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The monitor's settings: where it listens, whom it watches, how often and within what bounds.
 *
 * @param token what people must show here; needed beyond this machine
 * @param keys what to show a target that shows its pages only to who has its key, by target
 */
public record MonitorSettings(
    @Default("127.0.0.1") String host,
    @Default("8090") int port,
    Optional<Secret> token,
    Map<String, URI> targets,
    Map<String, Secret> keys,
    @Default("2s") Duration interval,
    @Default("2s") Duration patience,
    @Default("8MiB") ByteSize scrapeLimit) {
  public MonitorSettings {
    new Binding(host, port).requireCredential(token, "token");
    targets = Map.copyOf(targets);
    keys = Map.copyOf(keys);
    for (String name : keys.keySet()) {
      if (!targets.containsKey(name)) {
        throw new SettingsException(
            "keys names '" + name + "', which is no target" + Nearest.hint(name, targets.keySet()));
      }
    }
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("interval must be longer than nothing");
    }
  }

  Binding binding() {
    return new Binding(host, port);
  }
}
