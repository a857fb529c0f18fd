package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.ingest.cli.DeadLettersCommand;
import dev.sluice.ingest.cli.VerifyCommand;
import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.sink.House;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.StreamSettings;
import dev.sluice.ingest.table.TableProgress;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Refused events at the command line: seen, looked into, and brought back. */
class DeadLettersCommandTest {

  private static final String STREAM = "letter-clicks";
  private static final TableIdentifier TABLE = TableIdentifier.of("raw", "letter_clicks");

  /** Stands for the launcher's root command. */
  @Command(
      name = "sluice",
      subcommands = {DeadLettersCommand.class, VerifyCommand.class})
  static final class Root {}

  private interface Work {
    void with(Ingest ingest) throws Exception;
  }

  private record Run(int exit, String out, String err) {}

  @TempDir Path data;

  @Test
  void refusedEventsAreListedShownAndReplayed() throws Exception {
    House house = House.open();
    running(
        house,
        true,
        ingest -> {
          write(house);
          assertLists();
          assertShows();
          assertBadInputIsOneLine(ingest.door());
          Run again = run("deadletters", "replay", "--stream", STREAM);
          assertThat(again.out())
              .isEqualTo(
                  STREAM
                      + ": 3 dead letters, 0 became rows, 3 were refused again"
                      + " (invalid-utf8 1, missing-field 2)\n");
        });
    running(
        house,
        false,
        ingest -> {
          Run dry = run("deadletters", "replay", "--stream", STREAM, "--dry-run");
          assertThat(dry.out()).contains("2 would become rows, 1 would be refused again");
          Run one =
              run("deadletters", "replay", "--stream", STREAM, "--shard", "0", "--offset", "1");
          assertThat(one.out()).startsWith(STREAM + ": 1 dead letters, 1 became rows");
          Run gone =
              run("deadletters", "replay", "--stream", STREAM, "--shard", "0", "--offset", "1");
          assertThat(gone)
              .isEqualTo(
                  new Run(1, "", "no dead letter of " + STREAM + " lies at offset 1 of shard 0\n"));
          Run rest = run("deadletters", "replay", "--stream", STREAM, "--reason", "missing-field");
          assertThat(rest.out()).startsWith(STREAM + ": 1 dead letters, 1 became rows");
          Run left = run("deadletters", "show", STREAM, "0", "3");
          assertThat(left.out()).contains("attempt 2, 20").contains("invalid-utf8");
          Run sound = run("verify", "raw.letter_clicks");
          assertThat(sound.exit()).as(sound.out()).isZero();
          assertThat(sound.out()).contains("raw.letter_clicks: sound, 4 rows");
        });
    Run none = run("deadletters", "list", "--data", data.resolve("none").toString());
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.err()).contains("no pipeline runs on").hasLineCount(1);
  }

  private void assertLists() throws Exception {
    Run list = run("deadletters", "list", "--stream", STREAM);
    assertThat(list.exit()).as(list.err()).isZero();
    assertThat(list.out().lines().toList())
        .anyMatch(line -> line.matches(STREAM + " +missing-field +2 .*Z .*Z"))
        .anyMatch(line -> line.matches(STREAM + " +0 +1 missing-field .* 1 +22 +the required.*"));
    Run json =
        run("deadletters", "list", "--reason", "missing-field", "--limit=1", "--format=json");
    JsonNode body = new ObjectMapper().readTree(json.out());
    assertThat(body.path("letters")).hasSize(1);
    assertThat(body.path("letters").get(0).path("reason").asText()).isEqualTo("missing-field");
    assertThat(run("deadletters", "list", "--reason", "too-deep").out())
        .isEqualTo("no dead letters\n");
  }

  private void assertShows() {
    Run text = run("deadletters", "show", STREAM, "0", "1");
    assertThat(text.exit()).as(text.err()).isZero();
    assertThat(text.out())
        .contains("attempt 1, at the first reading: missing-field: the required field visitor")
        .contains("key, 1 bytes:\nk\n")
        .contains("header trace, 1 bytes:\n00000000  07 ")
        .contains("value, 22 bytes:\n{\"page\":\"/basket/all\"}\n");
    Run dump = run("deadletters", "show", STREAM, "0", "3");
    assertThat(dump.out()).contains("value, 3 bytes:\n00000000  7b ff 00 ").contains("|{..|");
  }

  private void assertBadInputIsOneLine(URI door) throws Exception {
    Run stream = run("deadletters", "list", "--stream", "letter-click");
    assertThat(stream.exit()).isEqualTo(1);
    assertThat(stream.err()).contains("did you mean letter-clicks?").hasLineCount(1);
    Run reason = run("deadletters", "replay", "--stream", STREAM, "--reason", "bad");
    assertThat(reason.exit()).isEqualTo(2);
    assertThat(reason.err()).contains("no such reason").contains("no-value").hasLineCount(1);
    Run offset = run("deadletters", "show", STREAM, "0", "2");
    assertThat(offset)
        .isEqualTo(
            new Run(1, "", "no dead letter of " + STREAM + " lies at offset 2 of shard 0\n"));
    assertThat(run("deadletters", "replay", "--stream", STREAM, "--shard", "0").exit())
        .isEqualTo(2);
    assertThat(run("deadletters", "list", "--limit", "-1").exit()).isEqualTo(2);
    HttpResponse<String> keyless =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(door.resolve("/v1/deadletters/replay?stream=" + STREAM))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(keyless.statusCode()).isEqualTo(401);
  }

  /** Two events, two without the visitor that is asked for at first, and bytes that are none. */
  private static void write(House house) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KafkaFixture.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<byte[]> values = new ArrayList<>();
      values.add("{\"visitor\":\"v\",\"page\":\"/\"}".getBytes(StandardCharsets.UTF_8));
      values.add("{\"page\":\"/basket/all\"}".getBytes(StandardCharsets.UTF_8));
      values.add("{\"visitor\":\"w\"}".getBytes(StandardCharsets.UTF_8));
      values.add(new byte[] {'{', (byte) 0xff, 0});
      values.add("{\"page\":\"/pay\"}".getBytes(StandardCharsets.UTF_8));
      for (byte[] value : values) {
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(STREAM, 0, new byte[] {'k'}, value);
        record.headers().add("trace", new byte[] {7});
        producer.send(record).get();
      }
    }
    Await.until("the letters are in", () -> offsets(house) == 5);
    assertThat(house.lake().find(DeadLetterTable.IDENTIFIER)).isPresent();
  }

  private static long offsets(House house) {
    return house
        .lake()
        .find(TABLE)
        .map(
            table -> TableProgress.of(table).values().stream().mapToLong(p -> p.nextOffset()).sum())
        .orElse(0L);
  }

  private void running(House house, boolean visitorRequired, Work work) throws Exception {
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
      Ingest ingest = new Ingest(settings(house, visitorRequired), surroundings, List.of());
      ingest.start();
      try {
        endpoints(ingest.door(), house.catalogUri()).write(data);
        work.with(ingest);
      } finally {
        ingest.stop();
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private IngestSettings settings(House house, boolean visitorRequired) {
    IngestSettings read =
        Settings.read(
                IngestSettings.class,
                Optional.empty(),
                Map.of(
                    "SLUICE_DATA",
                    data.toString(),
                    "SLUICE_DOOR_PORT",
                    "0",
                    "SLUICE_LOG_BOOTSTRAP_SERVERS",
                    KafkaFixture.bootstrapServers(),
                    "SLUICE_SINK_GROUP",
                    "letters-group",
                    "SLUICE_SINK_COMMIT_INTERVAL_MIN",
                    "200ms"))
            .on(house.catalogUri(), Optional.empty());
    StreamSettings clicks =
        new StreamSettings(
            List.of(
                new StreamSettings.FieldSettings("visitor", FieldType.STRING, visitorRequired),
                new StreamSettings.FieldSettings("page", FieldType.STRING, false)),
            Optional.of("visitor"),
            Optional.empty(),
            1,
            Optional.empty(),
            Optional.empty(),
            StreamSettings.Format.JSON,
            List.of(),
            List.of(),
            Optional.empty());
    return new IngestSettings(
        read.data(), read.door(), read.log(), read.sink(), read.registry(), Map.of(STREAM, clicks));
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

  private Run run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (!all.contains("--data")) {
      all.add("--data");
      all.add(data.toString());
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new Root())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  if (failure instanceof CommandFailure known) {
                    command.getErr().println(known.getMessage());
                    return known.exitCode();
                  }
                  throw failure;
                })
            .execute(all.toArray(String[]::new));
    return new Run(exit, out.toString(), err.toString());
  }
}
