package dev.sluice.ingest.produce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class SimulationPropertiesTest {
  private static final EventDecoder DECODER = new EventDecoder(DecodeLimits.standard());

  @Property(tries = 60)
  void theSameSeedMakesTheSameBytesAndAnotherSeedOthers(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 2000) int count,
      @ForAll("spans") Span span) {
    for (Simulation simulation : List.of(new Shop(), new SensorFleet())) {
      List<String> events = simulation.events(seed, count, span).toList();
      assertThat(simulation.events(seed, count, span).toList()).isEqualTo(events);
      assertThat(simulation.events(seed + 1, count, span).toList()).isNotEqualTo(events);
    }
  }

  @Property(tries = 60)
  void asManyEventsAsAskedAllOfTheStreamAndInsideTheSpan(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 2000) int count,
      @ForAll("spans") Span span) {
    check(new Shop(), "app-events", seed, count, span, count);
    // A reading sent twice is one reading.
    check(new SensorFleet(), "sensor-readings", seed, count, span, count - count / 50 - 5);
  }

  private static void check(
      Simulation simulation, String name, long seed, int count, Span span, int distinct) {
    Stream stream = Streams.shipped().find(name).orElseThrow();
    List<String> events = simulation.events(seed, count, span).toList();
    assertThat(events).hasSize(count);
    Set<Object> ids = new HashSet<>();
    for (String event : events) {
      Decoded decoded = DECODER.decode(stream, event.getBytes(UTF_8));
      assertThat(decoded).as(event).isInstanceOf(Decoded.Event.class);
      Decoded.Event read = (Decoded.Event) decoded;
      assertThat(read.extra()).isEmpty();
      Instant time = read.time().orElseThrow();
      assertThat(time).isAfterOrEqualTo(span.start()).isBefore(span.end());
      ids.add(read.values().get("event_id"));
    }
    assertThat(ids).hasSizeGreaterThanOrEqualTo(distinct);
  }

  @Provide
  Arbitrary<Span> spans() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 4_000_000_000L), Arbitraries.longs().between(2, 172_800))
        .as(
            (start, seconds) ->
                new Span(Instant.ofEpochSecond(start), Instant.ofEpochSecond(start + seconds)));
  }
}
