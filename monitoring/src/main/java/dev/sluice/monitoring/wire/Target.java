package dev.sluice.monitoring.wire;

import java.net.URI;

/**
 * A daemon to watch: what people call it, and where its {@code /healthz} and {@code /metrics} are.
 */
public record Target(String name, URI address) {
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
