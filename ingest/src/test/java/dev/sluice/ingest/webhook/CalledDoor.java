package dev.sluice.ingest.webhook;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.door.Door;
import dev.sluice.ingest.door.DoorSettings;
import dev.sluice.ingest.door.Fittings;
import dev.sluice.ingest.enrich.Enrichment;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/** A door with webhooks, at a time the test sets, and a partner's view of it. */
final class CalledDoor implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Door door;
  final Telemetry telemetry = new Telemetry();
  volatile Instant now = Instant.parse("2026-01-31T08:15:00Z");

  private CalledDoor(
      String doorYaml,
      String webhooks,
      Streams streams,
      Supplier<Producer<byte[], byte[]>> producer)
      throws Exception {
    InstantSource clock = () -> now;
    this.door =
        new Door(
            Settings.text(DoorSettings.class, "door", doorYaml),
            new Fittings(
                vertx,
                streams,
                producer,
                Durability.SYNC,
                WriteKeys.only(new Secret("key"), clock),
                new DaemonPages(new Health(), telemetry),
                telemetry.registry(),
                clock,
                UUID::randomUUID,
                Path.of("target", "no-spool"),
                List.of(),
                List.of(
                    new WebhooksRoom(
                        vertx,
                        read(webhooks, streams),
                        streams,
                        1 << 20,
                        clock,
                        telemetry.registry())),
                Enrichment.none()));
    door.start();
  }

  record File(Map<String, WebhookSettings> webhooks) {
    File {
      webhooks = Map.copyOf(webhooks);
    }
  }

  static List<Webhook> read(String webhooks, Streams streams) {
    return Webhook.all(Settings.text(File.class, "webhooks", webhooks).webhooks(), streams);
  }

  static CalledDoor onLog(String webhooks, Stream... streams) throws Exception {
    return new CalledDoor(
        "port: 0",
        webhooks,
        Streams.of(List.of(streams)),
        () ->
            LogProducers.create(KafkaFixture.bootstrapServers(), 1 << 20, Duration.ofSeconds(20)));
  }

  static CalledDoor on(
      Producer<byte[], byte[]> producer, String doorYaml, String webhooks, Stream stream)
      throws Exception {
    return new CalledDoor(doorYaml, webhooks, Streams.of(List.of(stream)), () -> producer);
  }

  static CalledDoor on(Producer<byte[], byte[]> producer, String webhooks, Streams streams)
      throws Exception {
    return new CalledDoor("port: 0", webhooks, streams, () -> producer);
  }

  HttpRequest.Builder at(String pathAndQuery) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + door.uri().getPort() + pathAndQuery))
        .timeout(Duration.ofSeconds(60));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String pathAndQuery) throws Exception {
    return send(at(pathAndQuery).GET());
  }

  HttpResponse<String> post(String path, String type, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        at(path).header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /** The events the log holds of the stream. */
  static List<JsonNode> events(Stream stream) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (var record : KafkaFixture.records(KafkaFixture.bootstrapServers(), stream)) {
      events.add(JSON.readTree(record.value()));
    }
    return events;
  }

  static JsonNode last(Stream stream, String field, String value) throws IOException {
    return events(stream).stream()
        .filter(event -> event.path(field).asText().equals(value))
        .reduce((first, second) -> second)
        .orElseThrow(() -> new AssertionError("no event with " + field + " = " + value));
  }

  @Override
  public void close() {
    try {
      door.stop();
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the door does not close", e);
    }
    telemetry.close();
  }
}
