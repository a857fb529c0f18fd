package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.ChildJvm;
import dev.sluice.ingest.ledger.Depth;
import dev.sluice.ingest.ledger.Ledger;
import dev.sluice.ingest.ledger.Verification;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that was away for a week comes back. */
class BackfillTest {
  private static final int SHARDS = 64;
  private static final int EVENTS_OF_ONE = 5_000;
  private static final Duration BEHIND = Duration.ofDays(7);

  static final Stream STREAM =
      new Stream(
          "week-behind",
          List.of(
              new Field("event_id", FieldType.STRING, true),
              new Field("event_time", FieldType.TIMESTAMP, true),
              new Field("user_id", FieldType.STRING, true),
              new Field("page", FieldType.STRING, false),
              new Field("price", FieldType.DOUBLE, false)),
          Optional.of("user_id"),
          Optional.of("event_time"),
          SHARDS,
          Optional.empty());

  /** With the settings as they are; most values are such that nothing makes them smaller. */
  @Test
  void aWeekOfSixtyFourShardsIsTakenUpInAHeapOfHalfAGigabyte(@TempDir Path directory)
      throws Exception {
    House house = House.open();
    KafkaFixture.make(STREAM, Durability.NONE);
    fill(house);
    Path errors = directory.resolve("backfill.err");
    List<String> flags =
        List.of(
            "-Xmx512m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1");
    Map<String, String> variables =
        Map.of(
            "SLUICE_LOG_BOOTSTRAP_SERVERS",
            house.bootstrapServers(),
            "SLUICE_SINK_CATALOG",
            house.catalogUri().toString(),
            "SLUICE_SINK_GROUP",
            "week-behind");
    try (ChildJvm worker =
        ChildJvm.start(
            errors,
            ChildJvm.arguments(
                flags, BackfillProcess.class, List.of(directory.resolve("recent").toString())),
            variables)) {
      String unused = worker.ready();
      Await.until(
          "all in the table: " + Files.readString(errors),
          Duration.ofMinutes(3),
          () -> committed(house) == (long) SHARDS * EVENTS_OF_ONE);
    }
    Verification verified =
        new Ledger(
                house.lake(),
                house.bootstrapServers(),
                new EventDecoder(DecodeLimits.standard()),
                Duration.ofSeconds(30),
                InstantSource.system())
            .verify(STREAM, Depth.PLACES);
    assertThat(verified.problems()).isEmpty();
    assertThat(verified.rows()).isEqualTo((long) SHARDS * EVENTS_OF_ONE);
  }

  private static long committed(House house) {
    return house
        .lake()
        .find(TableLayout.identifier(STREAM))
        .map(
            table ->
                TableProgress.of(table).values().stream()
                    .mapToLong(ShardProgress::nextOffset)
                    .sum())
        .orElse(0L);
  }

  /** Each shard's events in the order of their time, received when they happened. */
  private static void fill(House house) throws Exception {
    Random random = new Random(64);
    Instant begin = Instant.now().minus(BEHIND);
    long step = BEHIND.toMillis() / EVENTS_OF_ONE;
    try (KafkaProducer<byte[], byte[]> producer =
        house.newProducer(Map.of("linger.ms", 20, "batch.size", 128 << 10))) {
      Future<?> last = null;
      for (int number = 0; number < EVENTS_OF_ONE; number++) {
        Instant time = begin.plusMillis(number * step);
        for (int shard = 0; shard < SHARDS; shard++) {
          byte[] event = event(random, time).getBytes(StandardCharsets.UTF_8);
          last =
              producer.send(
                  new ProducerRecord<>(STREAM.name(), shard, time.toEpochMilli(), null, event));
        }
      }
      producer.flush();
      last.get();
    }
  }

  private static String event(Random random, Instant time) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    return "{\"event_id\":\""
        + id
        + "\",\"event_time\":\""
        + time
        + "\",\"user_id\":\""
        + Long.toHexString(random.nextLong())
        + "\",\"page\":\"/"
        + Long.toHexString(random.nextLong())
        + Long.toHexString(random.nextLong())
        + "\",\"price\":"
        + random.nextInt(1_000_000) / 100.0
        + ",\"note\":\""
        + Long.toString(random.nextLong(), 36)
        + Long.toString(random.nextLong(), 36)
        + "\"}";
  }
}
