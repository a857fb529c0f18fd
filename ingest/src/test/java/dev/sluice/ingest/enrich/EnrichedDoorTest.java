package dev.sluice.ingest.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.door.Door;
import dev.sluice.ingest.door.DoorSettings;
import dev.sluice.ingest.door.Fittings;
import dev.sluice.ingest.key.WriteKeys;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.log.LogProducers;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.Vertx;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** In at the door, enriched, out of the log. */
class EnrichedDoorTest {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static Vertx vertx;
  private static Telemetry telemetry;
  private static Door door;
  private static Stream clicks;
  private static Stream plain;

  @BeforeAll
  static void open() throws Exception {
    Stream declared =
        new Stream(
            "clicks",
            List.of(
                new Field("user_id", FieldType.STRING, true),
                new Field("agent", FieldType.STRING, false),
                new Field("bot", FieldType.BOOLEAN, false),
                new Field("ip", FieldType.STRING, false),
                new Field("received_at", FieldType.TIMESTAMP, true)),
            Optional.of("user_id"),
            Optional.empty(),
            1);
    clicks = KafkaFixture.renamed(declared, Durability.SYNC);
    plain = KafkaFixture.renamed(declared, Durability.SYNC);
    Streams streams = Streams.of(List.of(clicks, plain));
    EnrichmentSettings settings =
        Settings.text(
            EnrichmentSettings.class,
            "enrichment",
            "{pseudonyms: {secret: 0123456789abcdef}, streams: {"
                + clicks.name()
                + ": [{step: receive-time, to: received_at},"
                + " {step: sender, from: user-agent, to: agent},"
                + " {step: sender, from: address, to: ip}, {step: bot, from: agent, to: bot},"
                + " {step: truncate-ip, from: ip}, {step: pseudonym, fields: [user_id]}]}}");
    vertx = Vertx.vertx();
    telemetry = new Telemetry();
    door =
        new Door(
            Settings.text(DoorSettings.class, "door", "{port: 0, max-event: 1KiB}"),
            new Fittings(
                vertx,
                streams,
                () ->
                    LogProducers.create(
                        KafkaFixture.bootstrapServers(), 1 << 20, Duration.ofSeconds(20)),
                Durability.SYNC,
                WriteKeys.only(new Secret("key"), InstantSource.system()),
                new DaemonPages(new Health(), telemetry),
                telemetry.registry(),
                InstantSource.system(),
                UUID::randomUUID,
                Path.of("target", "no-spool"),
                List.of(),
                List.of(),
                Enrichment.of(settings, streams)));
    door.start();
  }

  @AfterAll
  static void close() throws Exception {
    door.stop();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    telemetry.close();
  }

  @Test
  void theLogHoldsTheEnrichedEventUnderItsPseudonym() throws Exception {
    String lines =
        """
        {"user_id":"anna","extra":[1, 2.50]}
        {"user_id":"anna","ip":"nowhere"}
        {"user_id":7}
        """;
    HttpResponse<String> answer = post(clicks, lines);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode refused = new ObjectMapper().readTree(answer.body()).path("refused").get(0);
    assertThat(refused.path("index").asInt()).isEqualTo(2);
    assertThat(refused.path("reason").asText()).isEqualTo("wrong-type");
    assertThat(refused.path("column").asInt()).as("in the bytes as sent").isEqualTo(12);
    var records = KafkaFixture.records(KafkaFixture.bootstrapServers(), clicks);
    assertThat(records).hasSize(2);
    JsonNode first = new ObjectMapper().readTree(records.get(0).value());
    assertThat(first.path("bot").booleanValue()).as("curl is one").isTrue();
    assertThat(first.path("ip").asText()).isEqualTo("127.0.0.0");
    assertThat(first.hasNonNull("received_at")).isTrue();
    String name = first.path("user_id").asText();
    assertThat(new String(records.get(0).key(), UTF_8)).isEqualTo(name);
    assertThat(new String(records.get(0).value(), UTF_8))
        .contains("\"extra\":[1,2.50]")
        .doesNotContain("anna");
    JsonNode second = new ObjectMapper().readTree(records.get(1).value());
    assertThat(second.path("user_id").asText()).isEqualTo(name);
    assertThat(second.path(Enrichment.FAILED).toString()).isEqualTo("[\"truncate-ip\"]");
  }

  @Test
  void whatIsHiddenInAnEventDoesNotStandBesideIt() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(door.uri().resolve("/v1/streams/" + clicks.name() + "/events"))
            .header("Authorization", "Bearer key")
            .header("Content-Type", "application/json");
    for (String attribute : List.of("id", "source", "type", "subject", "userid")) {
      request.header("ce-" + attribute, attribute.equals("type") ? "view" : "carla");
    }
    request.header("ce-specversion", "1.0");
    String event = "{\"user_id\":\"carla\",\"mark\":1}";
    HttpResponse<String> answer =
        HTTP.send(
            request.POST(HttpRequest.BodyPublishers.ofString(event)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    for (var record : KafkaFixture.records(KafkaFixture.bootstrapServers(), clicks)) {
      assertThat(new String(record.value(), UTF_8)).doesNotContain("carla");
      for (Header header : record.headers()) {
        assertThat(new String(header.value(), UTF_8)).as(header.key()).doesNotContain("carla");
      }
    }
  }

  @Test
  void whatBecomesTooLongIsTakenWithLessAndNeverInTheClear() throws Exception {
    String padding = "x".repeat(1024 - 60);
    HttpResponse<String> answer =
        post(clicks, "{\"user_id\":\"a-very-long-name-of-berta\",\"p\":\"" + padding + "\"}");
    assertThat(answer.body()).contains("\"too-large\"").doesNotContain("\"accepted\":1");
    for (var record : KafkaFixture.records(KafkaFixture.bootstrapServers(), clicks)) {
      assertThat(new String(record.value(), UTF_8)).doesNotContain("berta");
    }
  }

  @Test
  void aStreamWithoutStepsKeepsItsBytes() throws Exception {
    String event = "{ \"user_id\" : \"otto\", \"received_at\":1,\"x\":1.0e2 }";
    assertThat(post(plain, event).statusCode()).isEqualTo(200);
    var records = KafkaFixture.records(KafkaFixture.bootstrapServers(), plain);
    assertThat(new String(records.get(0).value(), UTF_8)).isEqualTo(event);
  }

  private static HttpResponse<String> post(Stream stream, String lines) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(door.uri().resolve("/v1/streams/" + stream.name() + "/events"))
            .header("Authorization", "Bearer key")
            .header("User-Agent", "curl/8.5.0")
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(lines))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
