package dev.sluice.ingest.door;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.key.WriteKeys;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.log.LogProducers;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/** A door on a free port for a test, and a sender's view of it. */
final class OpenDoor implements AutoCloseable {
  static final String KEY = "test-key";
  static final ObjectMapper JSON = new ObjectMapper();

  final Stream stream;
  final Door door;
  final Telemetry telemetry = new Telemetry();
  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Vertx vertx = Vertx.vertx();
  private boolean closed;

  private OpenDoor(Stream stream, String yaml, Supplier<Producer<byte[], byte[]>> producer)
      throws Exception {
    this.stream = stream;
    DoorSettings settings = settings(yaml);
    this.door =
        new Door(
            settings,
            new Fittings(
                vertx,
                Streams.of(List.of(stream)),
                producer,
                Durability.SYNC,
                new WriteKeys(
                    new Secret(KEY), settings.keys(), settings.lockout(), InstantSource.system()),
                new DaemonPages(new Health(), telemetry),
                telemetry.registry(),
                InstantSource.system(),
                List.of()));
    door.start();
  }

  /** On the fixture's Kafka, with the shop's stream under a name of its own. */
  static OpenDoor onLog(String yaml) throws Exception {
    Stream shop = Streams.shipped().find("app-events").orElseThrow();
    Stream own = KafkaFixture.renamed(shop, Durability.SYNC);
    return new OpenDoor(
        new Stream(
            own.name(), own.fields(), own.keyField(), own.timeField(), own.shards(), shop.id()),
        yaml,
        () ->
            LogProducers.create(KafkaFixture.bootstrapServers(), 1 << 20, Duration.ofSeconds(20)));
  }

  static OpenDoor on(Producer<byte[], byte[]> producer, String yaml) throws Exception {
    Stream shop = Streams.shipped().find("app-events").orElseThrow();
    return new OpenDoor(shop, yaml, () -> producer);
  }

  static DoorSettings settings(String yaml) throws IOException {
    Path file = Files.createTempFile("door", ".yaml");
    Files.writeString(file, yaml.contains("port:") ? yaml : "port: 0\n" + yaml);
    return Settings.read(DoorSettings.class, Optional.of(file), Map.of());
  }

  static String event(String id, String user) {
    return "{\"event_id\":\""
        + id
        + "\",\"event_time\":\"2026-01-31T08:15:00Z\",\"user_id\":\""
        + user
        + "\",\"type\":\"view\"}";
  }

  URI events() {
    return door.uri().resolve("/v1/streams/" + stream.name() + "/events");
  }

  HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + KEY);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> post(String type, byte[] body, String... headers) throws Exception {
    HttpRequest.Builder request =
        request(events())
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  HttpResponse<String> json(String body) throws Exception {
    return post("application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  HttpResponse<String> lines(String... lines) throws Exception {
    return post("application/x-ndjson", String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  static JsonNode body(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  /** A counter's sum over its other tags. */
  double count(String name) {
    return telemetry.registry().find("sluice.door." + name).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      door.stop();
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the door does not close", e);
    }
    telemetry.close();
  }
}
