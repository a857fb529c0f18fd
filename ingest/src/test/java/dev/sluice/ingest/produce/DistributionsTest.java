package dev.sluice.ingest.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How much of what there is; the seeds are fixed, so nothing here is left to chance. */
class DistributionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Span DAY = Span.day(LocalDate.of(2026, 1, 31));
  private static final int EVENTS = 120_000;

  /** What of an event is looked at. */
  private record Seen(String user, String type, String source, int hour) {
    static Seen of(JsonNode event) {
      Instant time = Instant.parse(event.path("event_time").asText());
      return new Seen(
          event.path("user_id").asText(),
          event.path("type").asText(),
          event.path("media_source").asText(),
          time.atZone(ZoneOffset.UTC).getHour());
    }
  }

  private static final List<Seen> SHOP =
      new Shop().events(11, EVENTS, DAY).map(DistributionsTest::read).map(Seen::of).toList();

  @Test
  void whoInstallsDoesItOnceBeforeAllElseAndIsAttributedToOneSource() {
    Set<String> seen = new HashSet<>();
    Map<String, String> sources = new HashMap<>();
    for (Seen event : SHOP) {
      if (event.type().equals("install")) {
        assertThat(seen).as("an install comes first").doesNotContain(event.user());
        sources.put(event.user(), event.source());
      }
      seen.add(event.user());
    }
    assertThat((double) sources.size() / seen.size())
        .as("new people")
        .isCloseTo(0.25, within(0.03));
    for (Seen event : SHOP) {
      if (sources.containsKey(event.user()) && !event.source().isEmpty()) {
        assertThat(event.source()).isEqualTo(sources.get(event.user()));
      }
    }
    Map<String, Long> counts =
        sources.values().stream().collect(Collectors.groupingBy(s -> s, Collectors.counting()));
    assertShares(
        counts,
        Map.of(
            "organic", 0.45,
            "search-ads", 0.20,
            "social-ads", 0.15,
            "newsletter", 0.08,
            "partner", 0.07,
            "influencer", 0.05),
        0.04);
  }

  @Test
  void whatIsDoneInAVisitHasItsShares() {
    assertShares(
        count(Seen::type),
        Map.of(
            "view", 0.66,
            "search", 0.12,
            "leave", 0.08,
            "add_to_cart", 0.09,
            "purchase", 0.045),
        0.03);
  }

  @Test
  void aDayIsASineWithALunchPeak() {
    Map<Integer, Long> hours = count(Seen::hour);
    double all = 0;
    double[] expected = new double[24];
    for (int hour = 0; hour < 24; hour++) {
      for (double part = 0.05; part < 1; part += 0.1) {
        expected[hour] += DayCurve.weight(hour + part);
      }
      all += expected[hour];
    }
    for (int hour = 0; hour < 24; hour++) {
      double share = (double) hours.get(hour) / EVENTS;
      assertThat(share)
          .as("the share of hour " + hour)
          .isCloseTo(expected[hour] / all, within(0.15 * expected[hour] / all));
    }
    assertThat(DayCurve.weight(19)).as("evening").isGreaterThan(5 * DayCurve.weight(7));
    assertThat(DayCurve.weight(12.5)).as("lunch").isGreaterThan(1.5 * DayCurve.weight(10.5));
    assertThat(DayCurve.weight(12.5)).isGreaterThan(1.2 * DayCurve.weight(14.5));
  }

  @Test
  void ranksAreDrawnAsZipfSays() {
    int size = 1000;
    int draws = 1_000_000;
    Zipf zipf = new Zipf(size, Crowd.PEOPLE_EXPONENT);
    SplittableRandom random = new SplittableRandom(5);
    long[] counts = new long[size];
    for (int i = 0; i < draws; i++) {
      counts[zipf.draw(random)]++;
    }
    double harmonic = 0;
    for (int rank = 1; rank <= size; rank++) {
      harmonic += Math.pow(rank, -Crowd.PEOPLE_EXPONENT);
    }
    for (int rank : new int[] {1, 2, 3, 5, 10, 30, 100}) {
      double expected = draws * Math.pow(rank, -Crowd.PEOPLE_EXPONENT) / harmonic;
      assertThat((double) counts[rank - 1])
          .as("rank " + rank)
          .isCloseTo(expected, within(0.06 * expected));
    }
  }

  @Test
  void sensorsFollowTheDayAndDrift() {
    Span twoDays = new Span(DAY.start(), DAY.end().plusSeconds(86_400));
    Map<String, double[]> byDevice = new HashMap<>();
    double[] afternoon = new double[2];
    double[] night = new double[2];
    new SensorFleet()
        .events(11, 40_000, twoDays)
        .map(DistributionsTest::read)
        .filter(reading -> reading.path("metric").asText().equals("temperature"))
        .forEach(
            reading -> {
              Instant time = Instant.parse(reading.path("event_time").asText());
              double value = reading.path("value").asDouble();
              int hour = time.atZone(ZoneOffset.UTC).getHour();
              if (hour == 15 || hour == 3) {
                double[] sum = hour == 15 ? afternoon : night;
                sum[0] += value;
                sum[1]++;
              }
              double[] days =
                  byDevice.computeIfAbsent(
                      reading.path("device_id").asText(), device -> new double[4]);
              int day = time.isBefore(DAY.end()) ? 0 : 2;
              days[day] += value;
              days[day + 1]++;
            });
    assertThat(afternoon[0] / afternoon[1]).isGreaterThan(night[0] / night[1] + 12);
    long drifted =
        byDevice.values().stream()
            .filter(days -> Math.abs(days[2] / days[3] - days[0] / days[1]) > 0.15)
            .count();
    assertThat(drifted).as("devices whose level moved").isGreaterThan(byDevice.size() / 3);
  }

  private static void assertShares(
      Map<String, Long> counts, Map<String, Double> shares, double margin) {
    double all = counts.values().stream().mapToLong(Long::longValue).sum();
    shares.forEach(
        (name, share) ->
            assertThat(counts.getOrDefault(name, 0L) / all)
                .as(name)
                .isCloseTo(share, within(margin)));
  }

  private static <K> Map<K, Long> count(Function<Seen, K> by) {
    return SHOP.stream().collect(Collectors.groupingBy(by, Collectors.counting()));
  }

  private static JsonNode read(String event) {
    try {
      return JSON.readTree(event);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
