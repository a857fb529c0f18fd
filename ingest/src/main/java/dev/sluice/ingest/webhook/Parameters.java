package dev.sluice.ingest.webhook;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parameters as queries and forms write them, in UTF-8. */
final class Parameters {
  private Parameters() {}

  /** By name, in the order they came; empty where an escape is none. */
  static Optional<Map<String, List<String>>> read(String text) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    try {
      for (String pair : text.split("&", -1)) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = equals < 0 ? pair : pair.substring(0, equals);
          String value = equals < 0 ? "" : pair.substring(equals + 1);
          all.computeIfAbsent(decoded(name), first -> new ArrayList<>()).add(decoded(value));
        }
      }
      return Optional.of(all);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
