package dev.sluice.ingest.log;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.stream.Stream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/**
 * One Kafka for all tests of a JVM: in a container where a Docker engine answers, the embedded
 * broker elsewhere. Which one it is, is printed.
 */
public final class KafkaFixture {
  private static final String IMAGE = "apache/kafka:4.3.1";
  private static final AtomicInteger TOPICS = new AtomicInteger();

  private KafkaFixture() {}

  /** Started with the first test that asks, stopped with the JVM. */
  private static final class Running {
    static final String BOOTSTRAP = start();
  }

  public static String bootstrapServers() {
    return Running.BOOTSTRAP;
  }

  public static LogSettings settings(Durability durability) {
    LogSettings d = Settings.defaults(LogSettings.class);
    return new LogSettings(
        Optional.of(bootstrapServers()),
        d.port(),
        durability,
        d.flushInterval(),
        1,
        Duration.ofSeconds(30));
  }

  /** The stream under a name no other test has, its topic made. */
  public static Stream renamed(Stream stream, Durability durability) {
    Stream own =
        new Stream(
            stream.name() + "-" + TOPICS.incrementAndGet(),
            stream.fields(),
            stream.keyField(),
            stream.timeField(),
            stream.shards());
    make(own, durability);
    return own;
  }

  /** Makes the stream's topic; it can be written to when this returns. */
  public static void make(Stream stream, Durability durability) {
    try (LogTopics topics = new LogTopics(bootstrapServers(), settings(durability))) {
      topics.ensure(List.of(stream));
    }
  }

  /** Everything a topic holds. */
  public static List<ConsumerRecord<byte[], byte[]>> records(String bootstrap, Stream stream) {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> shards =
          IntStream.range(0, stream.shards())
              .mapToObj(shard -> new TopicPartition(stream.name(), shard))
              .toList();
      consumer.assign(shards);
      consumer.seekToBeginning(shards);
      Map<TopicPartition, Long> ends = consumer.endOffsets(shards);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (shards.stream().anyMatch(s -> consumer.position(s) < ends.get(s))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  private static String start() {
    try {
      if (DockerClientFactory.instance().isDockerAvailable()) {
        KafkaContainer container =
            new KafkaContainer(IMAGE)
                .withEnv("KAFKA_GROUP_CONSUMER_MIN_SESSION_TIMEOUT_MS", "2000")
                .withEnv("KAFKA_GROUP_CONSUMER_MIN_HEARTBEAT_INTERVAL_MS", "500");
        container.start();
        System.out.println("Kafka of the tests: container " + IMAGE);
        return container.getBootstrapServers();
      }
      Path directory = Files.createTempDirectory("kafka-fixture");
      EmbeddedBroker broker = new EmbeddedBroker(directory, 0);
      broker.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(broker)));
      System.out.println("Kafka of the tests: embedded broker, " + broker.bootstrapServers());
      return broker.bootstrapServers();
    } catch (IOException e) {
      throw new IllegalStateException("no Kafka for the tests", e);
    }
  }

  private static void stop(EmbeddedBroker broker) {
    try {
      broker.stop();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
