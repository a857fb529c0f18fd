package dev.sluice.ingest.produce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Span DAY = Span.day(LocalDate.of(2026, 1, 31));

  @Test
  void aDaysShopHasItsShape() {
    List<JsonNode> events = new Shop().events(7, 40_000, DAY).map(SimulationTest::read).toList();
    Map<String, Long> types = count(events, e -> e.path("type").asText());
    assertThat(types.keySet())
        .containsExactlyInAnyOrder(
            "view", "search", "add_to_cart", "purchase", "refund", "install", "leave");
    assertThat(types.get("view")).isGreaterThan(types.get("add_to_cart") * 4);
    assertThat(types.get("add_to_cart")).isGreaterThan(types.get("purchase"));
    assertThat(types.get("purchase")).isGreaterThan(types.get("refund") * 10);

    Map<Integer, Long> hours =
        count(
            events,
            e -> Instant.parse(e.path("event_time").asText()).atZone(ZoneOffset.UTC).getHour());
    assertThat(hours).hasSize(24);
    assertThat(hours.get(12)).as("lunch").isGreaterThan(hours.get(10)).isGreaterThan(hours.get(15));
    assertThat(hours.get(19)).as("evening over night").isGreaterThan(2 * hours.get(4));

    List<Long> people =
        count(events, e -> e.path("user_id").asText()).values().stream()
            .sorted(Comparator.reverseOrder())
            .toList();
    long busiest = people.subList(0, people.size() / 10).stream().mapToLong(Long::longValue).sum();
    assertThat(busiest).as("a tenth of the people").isGreaterThan(40_000 / 3);

    List<JsonNode> purchases =
        events.stream().filter(e -> e.path("type").asText().equals("purchase")).toList();
    assertThat(purchases)
        .allSatisfy(
            e -> {
              assertThat(e.path("price").asDouble()).isPositive();
              assertThat(e.path("quantity").asInt()).isBetween(1, 3);
              assertThat(e.path("currency").asText()).hasSize(3);
              assertThat(e.path("order_id").asText()).startsWith("o-");
            });
    List<String> refunded =
        events.stream()
            .filter(e -> e.path("type").asText().equals("refund"))
            .map(e -> e.path("order_id").asText())
            .toList();
    assertThat(purchases).extracting(e -> e.path("order_id").asText()).containsAll(refunded);
    assertThat(events)
        .filteredOn(e -> e.path("type").asText().equals("install"))
        .allSatisfy(e -> assertThat(e.path("media_source").asText()).isNotEmpty());
  }

  @Test
  void theFleetHasGapsLateReadingsAndFewDoubles() {
    List<JsonNode> events =
        new SensorFleet().events(7, 40_000, DAY).map(SimulationTest::read).toList();
    Map<String, Long> ids = count(events, e -> e.path("event_id").asText());
    int doubled = events.size() - ids.size();
    assertThat(doubled).isBetween(20, 400);
    long late = 0;
    long gaps = 0;
    Map<String, List<JsonNode>> byDevice =
        events.stream().collect(Collectors.groupingBy(e -> e.path("device_id").asText()));
    assertThat(byDevice).hasSize(400);
    for (List<JsonNode> readings : byDevice.values()) {
      long highest = 0;
      for (JsonNode reading : readings) {
        long sequence = reading.path("sequence").asLong();
        late += sequence < highest ? 1 : 0;
        gaps += sequence > highest + 5 ? 1 : 0;
        highest = Math.max(highest, sequence);
      }
    }
    assertThat(late).isBetween(100L, 2_000L);
    assertThat(gaps).isBetween(5L, 500L);
  }

  @Test
  void theBytesOfASeedNeverChange() throws Exception {
    assertThat(List.of(digest(new Shop()), digest(new SensorFleet())))
        .containsExactly("3f19e5be8435f60c", "4a89d339b94534f1");
  }

  private static String digest(Simulation simulation) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    simulation.events(42, 5_000, DAY).forEach(e -> digest.update(e.getBytes(UTF_8)));
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  private static <K> Map<K, Long> count(List<JsonNode> events, Function<JsonNode, K> by) {
    return events.stream().collect(Collectors.groupingBy(by, Collectors.counting()));
  }

  private static JsonNode read(String event) {
    try {
      return JSON.readTree(event);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
