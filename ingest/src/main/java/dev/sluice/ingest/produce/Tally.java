package dev.sluice.ingest.produce;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The counts of a delivery under way, added to from several threads. */
final class Tally {
  private static final int SAMPLES = 5;
  private static final String UNKNOWN = "unknown";

  private final Map<String, Long> refused = new HashMap<>();
  private final List<String> samples = new ArrayList<>();
  private long sent;
  private long accepted;
  private long unknown;

  synchronized void add(int events, JsonNode answer) {
    sent += events;
    accepted += answer.path("accepted").asLong();
    for (JsonNode refusal : answer.path("refused")) {
      String reason = refusal.path("reason").asText();
      if (reason.equals(UNKNOWN)) {
        unknown++;
      } else {
        refused.merge(reason, 1L, Long::sum);
      }
      if (samples.size() < SAMPLES) {
        samples.add(reason + ": " + refusal.path("detail").asText());
      }
    }
  }

  /** A request without an answer: the log may hold its events or not. */
  synchronized void lost(int events) {
    sent += events;
    unknown += events;
  }

  synchronized long done() {
    return sent;
  }

  synchronized Delivery delivery(Duration took) {
    return new Delivery(sent, accepted, refused, unknown, samples, took);
  }
}
