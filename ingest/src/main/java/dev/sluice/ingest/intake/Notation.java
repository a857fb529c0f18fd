package dev.sluice.ingest.intake;

import java.util.Locale;
import java.util.Optional;

/** How a body holds its events. */
public enum Notation {
  /** One object, or an array of objects. */
  JSON,
  /** One object a line. */
  LINES,
  /** One CloudEvent in its JSON form. */
  CLOUD_EVENT,
  /** An array of CloudEvents in their JSON form. */
  CLOUD_EVENTS;

  /** The notation a Content-Type names; a charset other than UTF-8 names none of ours. */
  public static Optional<Notation> of(String contentType) {
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=")
          && !parameter.equals("charset=utf-8")
          && !parameter.equals("charset=us-ascii")) {
        return Optional.empty();
      }
    }
    return switch (parts[0].strip()) {
      case "application/json" -> Optional.of(JSON);
      case "application/x-ndjson", "application/ndjson" -> Optional.of(LINES);
      case "application/cloudevents+json" -> Optional.of(CLOUD_EVENT);
      case "application/cloudevents-batch+json" -> Optional.of(CLOUD_EVENTS);
      default -> Optional.empty();
    };
  }
}
