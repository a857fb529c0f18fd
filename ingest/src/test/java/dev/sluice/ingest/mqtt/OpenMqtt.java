package dev.sluice.ingest.mqtt;

import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.key.WriteKeys;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.log.LogProducers;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;

/** An MQTT server on a free port for a test, and its log's view of what came in. */
final class OpenMqtt implements AutoCloseable {
  static final String KEY = "test-key";
  private static final WriteKeys ONE_KEY = WriteKeys.only(new Secret(KEY), InstantSource.system());

  final Stream stream;
  final AtomicReference<Streams> known;
  final MqttDoor door;
  final Telemetry telemetry = new Telemetry();
  private final Vertx vertx = Vertx.vertx();
  private boolean closed;

  private OpenMqtt(
      Stream stream,
      Streams known,
      String yaml,
      WriteKeys keys,
      Supplier<Producer<byte[], byte[]>> log,
      Enrichment enrichment)
      throws Exception {
    this.stream = stream;
    this.known = new AtomicReference<>(known);
    this.door =
        new MqttDoor(
            settings(yaml),
            new MqttFittings(
                vertx,
                Streams.following(this.known::get),
                log,
                keys,
                telemetry.registry(),
                InstantSource.system(),
                UUID::randomUUID,
                enrichment));
    door.start();
  }

  /** On the fixture's Kafka, with the sensors' stream under a name of its own. */
  static OpenMqtt onLog(String yaml) throws Exception {
    return onLog(yaml, ONE_KEY);
  }

  static OpenMqtt onLog(String yaml, WriteKeys keys) throws Exception {
    Stream own =
        KafkaFixture.renamed(
            Streams.shipped().find("sensor-readings").orElseThrow(), Durability.NONE);
    return onLog(own, Streams.of(List.of(own)), yaml, keys, Enrichment.none());
  }

  /** One that knows these streams at first, and looks at the log of this one. */
  static OpenMqtt onLog(Stream own, Streams known, String yaml, Enrichment enrichment)
      throws Exception {
    return onLog(own, known, yaml, ONE_KEY, enrichment);
  }

  private static OpenMqtt onLog(
      Stream own, Streams known, String yaml, WriteKeys keys, Enrichment enrichment)
      throws Exception {
    return new OpenMqtt(
        own,
        known,
        yaml,
        keys,
        () -> LogProducers.create(KafkaFixture.bootstrapServers(), 1 << 20, Duration.ofSeconds(20)),
        enrichment);
  }

  static OpenMqtt on(Producer<byte[], byte[]> producer, String yaml) throws Exception {
    Stream stream = Streams.shipped().find("sensor-readings").orElseThrow();
    return new OpenMqtt(
        stream, Streams.of(List.of(stream)), yaml, ONE_KEY, () -> producer, Enrichment.none());
  }

  static MqttSettings settings(String yaml) throws IOException {
    Path file = Files.createTempFile("mqtt", ".yaml");
    Files.writeString(file, "port: 0\n" + yaml);
    return Settings.read(MqttSettings.class, Optional.of(file), Map.of());
  }

  static byte[] event(String id) {
    return ("{\"event_id\":\""
            + id
            + "\",\"event_time\":\"2026-01-31T08:15:00Z\",\"device_id\":\"d1\","
            + "\"metric\":\"temperature\",\"value\":20.5}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Of a device {@code d1}. */
  String topic() {
    return "events/" + stream.name() + "/d1";
  }

  int port() {
    return door.uri().getPort();
  }

  String tcp() {
    return "tcp://127.0.0.1:" + port();
  }

  /** The values the log holds, as text. */
  List<String> logged() {
    return records().stream().map(r -> new String(r.value(), StandardCharsets.UTF_8)).toList();
  }

  List<ConsumerRecord<byte[], byte[]>> records() {
    return KafkaFixture.records(KafkaFixture.bootstrapServers(), stream);
  }

  /** A counter's sum over its other tags. */
  double count(String name, String... tags) {
    return telemetry.registry().find("sluice." + name).tags(tags).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  double gauge(String name) {
    return telemetry.registry().get("sluice.mqtt." + name).gauge().value();
  }

  void stop() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      door.stop();
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the server does not close", e);
    }
  }

  @Override
  public void close() {
    stop();
    telemetry.close();
  }
}
