package dev.sluice.ingest.gateway;

import dev.sluice.ingest.gateway.GatewaySettings.HeaderSettings;
import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Set;

/** What a proxy does to headers (RFC 9110, 7.6): those between two neighbours go no further. */
final class Headers {
  private static final Set<String> OF_ONE_HOP =
      Set.of(
          "connection",
          "proxy-connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private Headers() {}

  /** Copies what goes further. */
  static void copy(MultiMap from, MultiMap to) {
    Set<String> named = new java.util.HashSet<>(OF_ONE_HOP);
    for (String connection : from.getAll("Connection")) {
      for (String name : connection.split(",", -1)) {
        named.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    from.forEach(
        (name, value) -> {
          if (!named.contains(name.toLowerCase(Locale.ROOT))) {
            to.add(name, value);
          }
        });
  }

  static void change(MultiMap headers, HeaderSettings settings) {
    settings.remove().forEach(headers::remove);
    settings.set().forEach(headers::set);
    settings.add().forEach(headers::add);
  }

  /** Adds to a list in one header, as each proxy does that passes it. */
  static void append(MultiMap headers, String name, String value) {
    String before = String.join(", ", headers.getAll(name));
    headers.set(name, before.isEmpty() ? value : before + ", " + value);
  }
}
