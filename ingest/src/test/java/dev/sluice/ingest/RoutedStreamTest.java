package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.ingest.cli.StreamCommand;
import dev.sluice.ingest.cli.VerifyCommand;
import dev.sluice.ingest.log.KafkaFixture;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A route and partitions as settings say them, from the door to the command line. */
class RoutedStreamTest {

  private static final String SETTINGS =
      """
      streams:
        shared-clicks:
          shards: 1
          partition: bucket[4] (visitor)
          fields:
            - {name: visitor}
            - {name: type, required: true}
          route:
            field: type
            tables: {view: shared_views, leave: shared_leaves}
      """;

  /** Stands for the launcher's root command. */
  @Command(
      name = "sluice",
      subcommands = {StreamCommand.class, VerifyCommand.class})
  static final class Root {}

  @TempDir Path data;

  @Test
  void aStreamThatIsSharedOutIsShownAndVerifiedByTheNameOfAnyOfItsTables() throws Exception {
    House house = House.open();
    Vertx vertx = Vertx.vertx();
    try (Telemetry telemetry = new Telemetry()) {
      Surroundings surroundings =
          new Surroundings(
              vertx,
              new Health(),
              telemetry,
              InstantSource.system(),
              UUID::randomUUID,
              new Secret("key"));
      Ingest ingest = new Ingest(settings(house), surroundings, List.of());
      ingest.start();
      try {
        endpoints(ingest.door(), house.catalogUri()).write(data);
        send(ingest.door());
        Await.until("all are committed", () -> next(house, "shared_leaves") == 4);
        assertThat(run("stream", "show", "shared-clicks"))
            .contains("raw.shared_leaves, raw.shared_views")
            .contains("partitioned by bucket[4](visitor)")
            .contains("type view: raw.shared_views");
        assertThat(run("verify", "raw.shared_views", "--deep"))
            .contains("raw.shared_leaves, raw.shared_views: sound, 3 rows");
      } finally {
        ingest.stop();
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private static void send(URI door) throws Exception {
    String lines =
        """
        {"visitor":"a","type":"view"}
        {"visitor":"b","type":"leave"}
        {"visitor":"c","type":"dance"}
        {"visitor":"d","type":"view"}
        """;
    HttpRequest request =
        HttpRequest.newBuilder(door.resolve("/v1/streams/shared-clicks/events"))
            .header("Authorization", "Bearer key")
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(lines))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.body()).contains("\"accepted\":4");
  }

  private static long next(House house, String table) {
    return house.lake().find(TableIdentifier.of("raw", table)).stream()
        .flatMap(found -> TableProgress.of(found).values().stream())
        .mapToLong(progress -> progress.nextOffset())
        .sum();
  }

  private IngestSettings settings(House house) throws Exception {
    Path file = Files.writeString(data.resolve("ingest.yaml"), SETTINGS);
    return Settings.read(
            IngestSettings.class,
            Optional.of(file),
            Map.of(
                "SLUICE_DATA",
                data.toString(),
                "SLUICE_DOOR_PORT",
                "0",
                "SLUICE_LOG_BOOTSTRAP_SERVERS",
                KafkaFixture.bootstrapServers(),
                "SLUICE_SINK_GROUP",
                "shared-group",
                "SLUICE_SINK_COMMIT_INTERVAL_MIN",
                "200ms"))
        .on(house.catalogUri(), Optional.empty());
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

  private String run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data", data.toString()));
    StringWriter out = new StringWriter();
    int exit =
        new CommandLine(new Root())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  if (failure instanceof CommandFailure known) {
                    command.getErr().println(known.getMessage());
                    return known.exitCode();
                  }
                  throw failure;
                })
            .execute(all.toArray(String[]::new));
    assertThat(exit).as(out.toString()).isZero();
    return out.toString();
  }
}
