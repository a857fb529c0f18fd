package dev.sluice.ingest.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.log.LogProducers;
import dev.sluice.ingest.log.LogSettings;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.produce.Shop;
import dev.sluice.ingest.produce.Span;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it would cost a door to write under an identity that the broker can refuse: the same groups
 * of events, once as the door's producer sends them and once as transactions, in turns. Run with
 * {@code -Pbench}; of the figures nothing is asserted, but that a fenced door is refused is.
 */
@Tag("bench")
class FencingCostTest {
  private static final Span DAY = Span.day(LocalDate.of(2026, 1, 31));
  private static final int SECONDS = Integer.getInteger("bench.seconds", 8);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String IDENTITY = "door-1";

  @TempDir private Path directory;
  private final Stream shop = Streams.shipped().find("app-events").orElseThrow();
  private final List<byte[]> events =
      new Shop()
          .events(7, 64_000, DAY)
          .limit(64_000)
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();
  private int next;

  /** Groups that were acknowledged, and in what time. */
  private record Acknowledged(long groups, double seconds) {
    String of(int size) {
      return String.format(
          Locale.ROOT,
          "%.0f events/s, %.1f ms a group",
          groups * size / seconds,
          1e3 * seconds / groups);
    }
  }

  @Test
  void whatAFencingIdentityCosts() throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(directory)) {
      String bootstrap = broker.bootstrapServers();
      LogSettings settings = Settings.read(LogSettings.class, Optional.empty(), Map.of());
      try (LogTopics topics = new LogTopics(bootstrap, settings)) {
        topics.ensure(List.of(shop));
      }
      try (Producer<byte[], byte[]> plain = LogProducers.create(bootstrap, 1 << 20, PATIENCE);
          Producer<byte[], byte[]> fenced = transactional(bootstrap)) {
        fenced.initTransactions();
        for (int size : List.of(1000, 1000, 1000, 100, 100, 100)) {
          Acknowledged without = acknowledged(() -> flushed(plain, size));
          Acknowledged with = acknowledged(() -> committed(fenced, size));
          System.out.printf(
              "groups of %d: as the door sends, %s; as transactions, %s%n",
              size, without.of(size), with.of(size));
        }
      }
      assertALateDoorIsRefused(bootstrap);
    }
  }

  private void assertALateDoorIsRefused(String bootstrap) throws Exception {
    try (Producer<byte[], byte[]> late = transactional(bootstrap);
        Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      late.initTransactions();
      committed(late, 1);
      long start = System.nanoTime();
      admin.fenceProducers(List.of(IDENTITY)).all().get();
      double millis = (System.nanoTime() - start) / 1e6;
      assertThatThrownBy(() -> committed(late, 1)).isInstanceOf(KafkaException.class);
      System.out.printf(Locale.ROOT, "fenced in %.1f ms%n", millis);
    }
  }

  private static Acknowledged acknowledged(Runnable group) {
    long start = System.nanoTime();
    long groups = 0;
    double seconds = 0;
    while (seconds < SECONDS) {
      group.run();
      groups++;
      seconds = (System.nanoTime() - start) / 1e9;
    }
    return new Acknowledged(groups, seconds);
  }

  private void flushed(Producer<byte[], byte[]> producer, int size) {
    List<Future<RecordMetadata>> sent = send(producer, size);
    producer.flush();
    assertThat(sent).allMatch(Future::isDone);
  }

  private void committed(Producer<byte[], byte[]> producer, int size) {
    producer.beginTransaction();
    List<Future<RecordMetadata>> sent = send(producer, size);
    producer.commitTransaction();
    assertThat(sent).allMatch(Future::isDone);
  }

  private List<Future<RecordMetadata>> send(Producer<byte[], byte[]> producer, int size) {
    List<Future<RecordMetadata>> sent = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      byte[] event = events.get(next++ % events.size());
      sent.add(producer.send(new ProducerRecord<>(shop.topic(), event)));
    }
    return sent;
  }

  /** The door's own producer, but for the identity. */
  private static Producer<byte[], byte[]> transactional(String bootstrap) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4",
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            ProducerConfig.BATCH_SIZE_CONFIG,
            256 << 10,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            IDENTITY),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
