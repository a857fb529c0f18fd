package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ingest.RunningIngest.Run;
import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.sink.House;
import dev.sluice.ingest.table.TableProgress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refused events at the command line: seen, looked into, and brought back. */
class DeadLettersCommandTest {

  private static final String STREAM = "letter-clicks";
  private static final TableIdentifier TABLE = TableIdentifier.of("raw", "letter_clicks");

  @TempDir Path data;

  @Test
  void refusedEventsAreListedShownAndReplayed() throws Exception {
    House house = House.open();
    try (RunningIngest ingest = running(house, true)) {
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
    }
    try (RunningIngest ingest = running(house, false)) {
      assertThat(ingest.health()).contains("sink");
      Run dry = run("deadletters", "replay", "--stream", STREAM, "--dry-run");
      assertThat(dry.out()).contains("2 would become rows, 1 would be refused again");
      Run one = run("deadletters", "replay", "--stream", STREAM, "--shard", "0", "--offset", "1");
      assertThat(one.out()).startsWith(STREAM + ": 1 dead letters, 1 became rows");
      Run gone = run("deadletters", "replay", "--stream", STREAM, "--shard", "0", "--offset", "1");
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
    }
    Run none = RunningIngest.run(data.resolve("none"), "deadletters", "list");
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

  private RunningIngest running(House house, boolean visitorRequired) throws Exception {
    Path settings =
        Files.writeString(
            data.resolve("ingest.yaml"),
            """
            streams:
              letter-clicks:
                key: visitor
                shards: 1
                fields:
                  - {name: visitor, required: %s}
                  - {name: page}
            """
                .formatted(visitorRequired));
    return RunningIngest.start(data, house, settings);
  }

  private Run run(String... arguments) {
    return RunningIngest.run(data, arguments);
  }
}
