package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Settings;
import dev.sluice.ingest.ledger.Depth;
import dev.sluice.ingest.ledger.Ledger;
import dev.sluice.ingest.ledger.Verification;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.produce.Shop;
import dev.sluice.ingest.produce.Span;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How fast a log that is full becomes a table, broker and lake in the same process and on the same
 * processors. Run with {@code -Pbench}; nothing is asserted of the figures.
 */
@Tag("bench")
class SinkRateTest {

  private static final int EVENTS = 500_000;
  private static final int MORE = 100_000;

  @Test
  void howFastOneWorkerIs() throws Exception {
    measure(1);
  }

  @Test
  void howFastTwoWorkersAre() throws Exception {
    measure(2);
  }

  private static void measure(int workers) throws Exception {
    House house = House.open();
    Stream stream =
        KafkaFixture.renamed(Streams.shipped().find("app-events").orElseThrow(), Durability.NONE);
    // The first events warm the code; the clock starts behind them.
    fill(house, stream, MORE);
    SinkWorkers running = workers("warming", workers, house, stream);
    running.start();
    try {
      Await.until("warm", Duration.ofMinutes(3), () -> rows(house, stream) == MORE);
      running.stop();
      fill(house, stream, EVENTS);
      SinkWorkers measured = workers("measured", workers, house, stream);
      measured.start();
      long begin = System.nanoTime();
      Await.until("all", Duration.ofMinutes(8), () -> rows(house, stream) == MORE + EVENTS);
      double seconds = (System.nanoTime() - begin) / 1e9;
      measured.stop();
      System.out.printf(
          "RATE workers=%d events=%d seconds=%.1f events/s=%.0f%n",
          workers, EVENTS, seconds, EVENTS / seconds);
      for (Depth depth : Depth.values()) {
        Verification proof =
            new Ledger(
                    house.lake(),
                    house.bootstrapServers(),
                    Scene.decoder(),
                    Duration.ofSeconds(30),
                    InstantSource.system())
                .verify(stream, depth);
        assertThat(proof.problems()).isEmpty();
        System.out.printf(
            "RATE verify depth=%s rows=%d ms=%d%n", depth, proof.rows(), proof.elapsedMillis());
      }
    } finally {
      running.stop();
    }
  }

  private static SinkWorkers workers(String name, int count, House house, Stream stream) {
    Map<String, String> environment =
        Map.of("SLUICE_WORKERS", Integer.toString(count), "SLUICE_GROUP", "rate-" + stream.name());
    SinkSettings settings =
        Settings.read(SinkSettings.class, Optional.empty(), environment)
            .on(house.catalogUri(), Optional.empty());
    return new SinkWorkers(
        name,
        settings,
        house::bootstrapServers,
        Streams.of(List.of(stream)),
        Scene.decoder(),
        house.directory(),
        Clock.systemUTC(),
        UUID::randomUUID,
        new SimpleMeterRegistry(),
        new Health());
  }

  private static void fill(House house, Stream stream, int events) {
    Instant now = Instant.now();
    Iterator<String> texts =
        new Shop().iterator(7, events, new Span(now.minus(Duration.ofMinutes(10)), now));
    int i = 0;
    while (texts.hasNext()) {
      // Flushed below; what is missing would show in the count of rows.
      Future<?> unused =
          house
              .producer()
              .send(
                  new ProducerRecord<>(
                      stream.name(),
                      i++ % stream.shards(),
                      null,
                      texts.next().getBytes(StandardCharsets.UTF_8)));
    }
    house.producer().flush();
  }

  private static long rows(House house, Stream stream) {
    return house
        .lake()
        .find(TableLayout.identifier(stream))
        .map(
            table ->
                TableProgress.of(table).values().stream()
                    .map(ShardProgress::totals)
                    .mapToLong(totals -> totals.rows())
                    .sum())
        .orElse(0L);
  }
}
