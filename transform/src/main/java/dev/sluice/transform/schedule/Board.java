package dev.sluice.transform.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What runners share: the lease, and how each schedule stands. A JSON text for each property. */
record Board(Lease lease, Map<String, Standing> standings) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LEASE = "sluice.schedule-lease";
  private static final String STANDING = "sluice.schedule.";

  Board {
    standings = Map.copyOf(standings);
  }

  Board with(Lease other) {
    return new Board(other, standings);
  }

  Board with(String name, Standing standing) {
    Map<String, Standing> changed = new LinkedHashMap<>(standings);
    changed.put(name, standing);
    return new Board(lease, changed);
  }

  Optional<Standing> standing(String name) {
    return Optional.ofNullable(standings.get(name));
  }

  /** The board of a table's properties; what others keep there is passed over. */
  static Board read(Map<String, String> properties) throws IOException {
    Lease lease = Lease.NONE;
    Map<String, Standing> standings = new LinkedHashMap<>();
    for (Map.Entry<String, String> property : properties.entrySet()) {
      String key = property.getKey();
      try {
        if (key.equals(LEASE)) {
          lease = lease(JSON.readTree(property.getValue()));
        } else if (key.startsWith(STANDING)) {
          JsonNode node = JSON.readTree(property.getValue());
          standings.put(key.substring(STANDING.length()), standing(node));
        }
      } catch (JsonProcessingException | DateTimeException broken) {
        throw new IOException(
            "property "
                + key
                + " is not what a scheduler writes; remove it: "
                + broken.getMessage(),
            broken);
      }
    }
    return new Board(lease, standings);
  }

  /** Its properties. */
  Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    ObjectNode node =
        JSON.createObjectNode()
            .put("owner", lease.owner())
            .put("number", lease.number())
            .put("beat", lease.beat())
            .put("length", lease.length().toString())
            .put("until", lease.until().toString());
    properties.put(LEASE, node.toString());
    standings.forEach((name, standing) -> properties.put(STANDING + name, text(standing)));
    return properties;
  }

  private static Lease lease(JsonNode node) {
    return new Lease(
        node.path("owner").asText(),
        node.path("number").asLong(),
        node.path("beat").asLong(),
        Duration.parse(node.path("length").asText()),
        Instant.parse(node.path("until").asText()));
  }

  private static String text(Standing standing) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("line", standing.line())
            .put("done", standing.done().toString())
            .put("paused", standing.paused())
            .put("failures", standing.past().failures())
            .put("skipped", standing.past().skipped())
            .put("why", standing.past().why());
    standing.asked().ifPresent(day -> node.put("asked", day.toString()));
    standing.past().success().ifPresent(time -> node.put("success", time.toString()));
    standing.past().failure().ifPresent(time -> node.put("failure", time.toString()));
    standing
        .turn()
        .ifPresent(
            turn -> {
              ObjectNode inner = node.putObject("turn");
              inner.put("due", turn.due().toString());
              inner.put("day", turn.day().toString());
              inner.put("attempts", turn.attempts());
              if (turn.state() instanceof Turn.Running running) {
                inner.put("since", running.since().toString());
              } else if (turn.state() instanceof Turn.Waiting waiting) {
                inner.put("until", waiting.until().toString());
              }
            });
    return node.toString();
  }

  private static Standing standing(JsonNode node) {
    return new Standing(
        node.path("line").asText(),
        Instant.parse(node.path("done").asText()),
        node.path("paused").asBoolean(),
        text(node, "asked").map(LocalDate::parse),
        node.has("turn") ? Optional.of(turn(node.path("turn"))) : Optional.empty(),
        new Standing.Past(
            text(node, "success").map(Instant::parse),
            text(node, "failure").map(Instant::parse),
            node.path("why").asText(),
            node.path("failures").asLong(),
            node.path("skipped").asLong()));
  }

  private static Turn turn(JsonNode node) {
    Turn.State state =
        node.has("since")
            ? new Turn.Running(Instant.parse(node.path("since").asText()))
            : new Turn.Waiting(Instant.parse(node.path("until").asText()));
    return new Turn(
        Instant.parse(node.path("due").asText()),
        LocalDate.parse(node.path("day").asText()),
        node.path("attempts").asInt(),
        state);
  }

  private static Optional<String> text(JsonNode node, String key) {
    return node.has(key) ? Optional.of(node.path(key).asText()) : Optional.empty();
  }
}
