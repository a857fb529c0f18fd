package dev.sluice.monitoring.wire;

import dev.sluice.daemon.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * A daemon to watch: what people call it, and where its {@code /healthz} and {@code /metrics} are.
 *
 * @param key what it wants to be shown before it shows them
 */
public record Target(String name, URI address, Optional<Secret> key) {
  public Target {
    if (address.getHost() == null || !"http".equals(address.getScheme())) {
      throw new IllegalArgumentException(
          "target " + name + " is '" + address + "', but must be like http://127.0.0.1:8080");
    }
  }

  int port() {
    return address.getPort() < 0 ? 80 : address.getPort();
  }
}
