package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.ingest.cli.VerifyCommand;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.sink.House;
import dev.sluice.ingest.table.TableProgress;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The module as a whole: in at the door, out of the tables, proved at the command line. */
class DoorToTableTest {

  private static final TableIdentifier TABLE = TableIdentifier.of("raw", "app_events");
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path data;

  @Test
  void whatTheDoorTookIsInTheTableAndTheCommandProvesIt() throws Exception {
    House house = House.open();
    Vertx vertx = Vertx.vertx();
    try (Telemetry telemetry = new Telemetry()) {
      Health health = new Health();
      Ingest ingest =
          new Ingest(
              settings(house),
              new Surroundings(
                  vertx,
                  health,
                  telemetry,
                  InstantSource.system(),
                  UUID::randomUUID,
                  new Secret("key")),
              List.of());
      ingest.start();
      try {
        send(ingest.door(), 250);
        Await.until("the rows are in", () -> rows(house) >= 250);
        endpoints(ingest.door(), house.catalogUri()).write(data);

        Run sound = verify();
        assertThat(sound.exit).isZero();
        assertThat(sound.out).contains("raw.app_events: sound, 250 rows");

        JsonNode workers = get(ingest.door().resolve("/v1/workers")).path("workers");
        assertThat(workers).hasSize(2);
        assertThat(workers.findValuesAsText("state")).contains("working", "reading");
        assertThat(health.well()).isTrue();
        assertThat(telemetry.scrape()).contains("sluice_sink_rows_total{stream=\"app-events\"}");

        damage(house);
        assertThat(verify().exit).as("values are compared when asked").isZero();
        Run wrong = verify("--deep");
        assertThat(wrong.exit).isEqualTo(1);
        assertThat(wrong.out).contains("raw.app_events: checksum: shard");
        HttpResponse<String> unknown = answer(ingest.door().resolve("/v1/verify?table=raw.none"));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("raw.app_events");
      } finally {
        ingest.stop();
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private IngestSettings settings(House house) {
    return Settings.read(
            IngestSettings.class,
            Optional.empty(),
            Map.of(
                "SLUICE_DATA",
                data.toString(),
                "SLUICE_DOOR_PORT",
                "0",
                "SLUICE_MQTT_PORT",
                "0",
                "SLUICE_LOG_BOOTSTRAP_SERVERS",
                KafkaFixture.bootstrapServers(),
                "SLUICE_SINK_COMMIT_INTERVAL_MIN",
                "200ms"))
        .on(house.catalogUri(), Optional.empty());
  }

  private static void send(URI door, int events) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < events; i++) {
      lines.append(
          "{\"event_id\":\"e"
              + i
              + "\",\"event_time\":\""
              + Instant.now()
              + "\",\"user_id\":\"u"
              + i
              + "\",\"type\":\"view\",\"price\":"
              + i
              + "}\n");
    }
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(door.resolve("/v1/streams/app-events/events"))
                .header("Authorization", "Bearer key")
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static long rows(House house) {
    return house
        .lake()
        .find(TABLE)
        .map(
            table ->
                TableProgress.of(table).values().stream().mapToLong(p -> p.totals().rows()).sum())
        .orElse(0L);
  }

  private static void damage(House house) {
    Table table = house.lake().load(TABLE);
    Map.Entry<LogShard, ShardProgress> any = TableProgress.of(table).entrySet().iterator().next();
    String edited = any.getValue().encode().replaceAll("checksum=.*", "checksum=00000000000000aa");
    table.updateProperties().set(any.getKey().propertyKey(), edited).commit();
  }

  private static Endpoints endpoints(URI door, URI catalog) {
    return new Endpoints(
        door,
        door,
        Optional.empty(),
        KafkaFixture.bootstrapServers(),
        catalog,
        catalog,
        Optional.empty(),
        new Endpoints.Credentials("a", "s", "key"),
        ProcessHandle.current().pid());
  }

  private record Run(int exit, String out) {}

  private Run verify(String... more) {
    StringWriter out = new StringWriter();
    CommandLine command = new CommandLine(new VerifyCommand());
    command.setOut(new PrintWriter(out, true));
    List<String> arguments = new ArrayList<>(List.of("app_events", "--data", data.toString()));
    arguments.addAll(List.of(more));
    int exit = command.execute(arguments.toArray(String[]::new));
    return new Run(exit, out.toString());
  }

  private static HttpResponse<String> answer(URI uri) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode get(URI uri) throws Exception {
    return new ObjectMapper().readTree(answer(uri).body());
  }
}
