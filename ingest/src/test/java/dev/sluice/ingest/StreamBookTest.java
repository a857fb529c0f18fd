package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.sink.House;
import dev.sluice.ingest.table.TableLayout;
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
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that are declared while everything runs, from the command line to the table. */
class StreamBookTest {
  private static final String SETTINGS =
      "streams: {book-fixed: {shards: 1, fields: [{name: a}]}}\n";

  private static final String CLICKS =
      """
      key: visitor
      time: at
      id: click
      shards: 2
      fields:
        - {name: click, type: uuid, required: true}
        - {name: visitor, required: true}
        - {name: at, type: timestamp, required: true}
        - {name: position, type: int}
      """;

  @TempDir Path data;

  @Test
  void aStreamIsFilledFromItsDeclarationOnEvolvedWithoutAStopAndKept() throws Exception {
    House house = House.open();
    Path settings = Files.writeString(data.resolve("ingest.yaml"), SETTINGS);
    try (RunningIngest ingest = RunningIngest.start(data, house, settings)) {
      Path clicks = Files.writeString(data.resolve("clicks.yaml"), CLICKS);
      String file = clicks.toString();
      assertThat(ingest.run("stream", "create", "book-clicks", "--file", file).out())
          .isEqualTo("created book-clicks: version 1, 4 fields, 2 shards, json\n");
      assertThat(ingest.run("stream", "create", "book-clicks", "--file", file).err())
          .contains("the stream book-clicks is there already; evolve it");
      send(ingest.door(), click(1, ",\"position\":7,\"referrer\":\"early\""), click(2, ""));
      Await.until("both are rows", () -> rows(house).size() == 2);

      assertThat(ingest.run("stream", "evolve", "book-clicks", "--file", breaking()).err())
          .startsWith("book-clicks stays at version 1 (compatibility backward), for it would break")
          .contains("campaign             backward   the events of version 1 do not have it")
          .contains("position             column     since version 1 the table has a column")
          .contains("key                  same-key   it was visitor");
      Files.writeString(clicks, CLICKS.replace("type: int", "type: long") + "  - {name: referrer}");
      assertThat(ingest.run("stream", "evolve", "book-clicks", "--file", file).out())
          .isEqualTo("now book-clicks: version 2, 5 fields, 2 shards, json\n");
      assertThat(ingest.run("stream", "evolve", "book-clicks", "--file", file).out())
          .contains("version 2");
      // Sent at once: no worker may read it by the declaration of before.
      send(ingest.door(), click(3, ",\"position\":5000000000,\"referrer\":\"late\""));
      Await.until("the new column has a value", () -> values(house, "referrer").contains("late"));
      assertThat(rows(house)).hasSize(3);
      Table table = table(house);
      assertThat(table.schema().findType("position")).hasToString("long");
      assertThat(table.properties())
          .containsEntry(TableLayout.STREAM_VERSION, "2")
          .containsEntry(TableLayout.STREAM, "book-clicks");
      assertThat(table.properties().get(TableLayout.STREAM_DEFINITION)).contains("referrer");
      assertThat(ingest.run("stream", "evolve", "book-fixed", "--file", file).err())
          .contains("the stream book-fixed is declared in the settings: change it there");
    }
    try (RunningIngest ingest = RunningIngest.start(data, house, settings)) {
      afterARestart(ingest, house);
    }
  }

  @Test
  void evolvingInTheMiddleOfTheEventsLosesDoublesAndMisplacesNothing() throws Exception {
    House house = House.open();
    Path settings = Files.writeString(data.resolve("ingest.yaml"), SETTINGS);
    Path file = data.resolve("busy.yaml");
    String fields = "shards: 2\nkey: k\nfields:\n  - {name: k, type: long, required: true}\n";
    Files.writeString(file, fields);
    try (RunningIngest ingest = RunningIngest.start(data, house, settings)) {
      assertThat(ingest.run("stream", "create", "book-busy", "-f", file.toString()).exit())
          .isZero();
      for (int version = 1; version <= 6; version++) {
        String field = "f" + version;
        // The ones before do not declare it yet, and it goes where undeclared fields go.
        sendMany(ingest.door(), field);
        fields += "  - {name: " + field + ", type: long}\n";
        Files.writeString(file, fields);
        assertThat(ingest.run("stream", "evolve", "book-busy", "-f", file.toString()).exit())
            .isZero();
        sendMany(ingest.door(), field);
      }
      Await.until("all are rows", () -> rows(house, "book_busy").size() >= 600);
      List<Record> rows = rows(house, "book_busy");
      assertThat(rows).hasSize(600);
      for (int version = 1; version <= 6; version++) {
        String field = "f" + version;
        long declared = rows.stream().filter(row -> row.getField(field) != null).count();
        long extra =
            rows.stream()
                .filter(
                    row -> row.getField("_extra") instanceof Map<?, ?> m && m.containsKey(field))
                .count();
        assertThat(declared + extra).as(field).isEqualTo(100);
        assertThat(declared).as(field).isGreaterThanOrEqualTo(50);
      }
      assertThat(ingest.run("verify", "raw.book_busy", "--deep").out()).contains("sound, 600 rows");
      aForeignTopicIsAdopted(ingest, house);
    }
  }

  private void aForeignTopicIsAdopted(RunningIngest ingest, House house) throws Exception {
    Map<String, String> compact = Map.of("cleanup.policy", "compact");
    house
        .admin()
        .createTopics(
            List.of(
                new NewTopic("Foreign.Clicks", 3, (short) 1),
                new NewTopic("Foreign.State", 1, (short) 1).configs(compact)))
        .all()
        .get();
    Map<String, Object> config = Map.of("bootstrap.servers", house.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < 7; i++) {
        byte[] event = (i < 6 ? "{\"k\":1}" : "no event").getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>("Foreign.Clicks", i % 3, null, event)).get();
      }
    }
    // As a topic's own retention does.
    house
        .admin()
        .deleteRecords(
            Map.of(new TopicPartition("Foreign.Clicks", 0), RecordsToDelete.beforeOffset(1)))
        .all()
        .get();
    Path file = Files.writeString(data.resolve("foreign.yaml"), "fields: [{name: k, type: long}]");
    String[] create = {"stream", "create", "book-foreign", "-f", file.toString(), "--topic", ""};
    create[6] = "Foreign.Nothing";
    assertThat(ingest.run(create).err()).contains("the log has no topic Foreign.Nothing to adopt");
    create[6] = "Foreign.State";
    assertThat(ingest.run(create).err()).contains("the topic Foreign.State is compacted");
    create[6] = "Foreign.Clicks";
    assertThat(ingest.run(create).out())
        .isEqualTo("created book-foreign: version 1, 1 fields, 3 shards, json\n");
    assertThat(post(ingest.door(), "book-foreign", "{\"k\":2}").body()).contains("\"accepted\":1");
    Await.until("all are rows", () -> rows(house, "book_foreign").size() == 6);
    assertThat(ingest.run("verify", "raw.book_foreign", "--deep").out()).contains("sound, 6 rows");
    assertThat(ingest.run("stream", "show", "book-foreign").out())
        .contains("in the topic Foreign.Clicks");
    Files.writeString(file, "fields: [{name: k, type: long}]\ntopic: Foreign.State\n");
    assertThat(ingest.run("stream", "evolve", "book-foreign", "-f", file.toString()).err())
        .contains("the stream lies in the topic Foreign.Clicks and stays there");
  }

  private static void sendMany(URI door, String field) throws Exception {
    String[] events = new String[50];
    for (int i = 0; i < events.length; i++) {
      events[i] = "{\"k\":" + i + ",\"" + field + "\":" + i + "}";
    }
    assertThat(post(door, "book-busy", events).body()).contains("\"accepted\":50");
  }

  private void afterARestart(RunningIngest ingest, House house) throws Exception {
    assertThat(ingest.run("stream", "show", "book-clicks", "--versions").out())
        .contains("book-clicks version 1")
        .contains("book-clicks version 2")
        .contains("referrer");
    send(ingest.door(), click(3, ""), click(4, ""));
    Await.until("the one that is new is a row", () -> rows(house).size() == 4);
    assertThat(ingest.run("verify", "raw.book_clicks", "--deep").out())
        .contains("raw.book_clicks: sound, 4 rows");
    assertThat(ingest.run("stream", "delete", "book-clicks").exit()).isEqualTo(2);
    assertThat(ingest.run("stream", "delete", "book-clicks", "--yes").out())
        .isEqualTo("deleted book-clicks; what stays: topic book-clicks, table raw.book_clicks\n");
    assertThat(post(ingest.door(), "book-clicks", click(5, "")).statusCode()).isEqualTo(404);
    assertThat(withoutAKey(ingest.door())).isEqualTo(401);

    Path other =
        Files.writeString(
            data.resolve("other.yaml"), "fields: [{name: visitor}, {name: position}]\n");
    String file = other.toString();
    assertThat(ingest.run("stream", "create", "book-clicks", "--file", file).err())
        .contains("position             column     since version 1 the table has a column");
    Files.writeString(other, "fields: [{name: visitor}]\n");
    assertThat(ingest.run("stream", "create", "book-clicks", "--file", file).err())
        .contains("to take its events as the stream's, say topic: book-clicks");
    assertThat(
            ingest
                .run("stream", "create", "book-clicks", "-f", file, "--topic", "book-clicks")
                .out())
        .isEqualTo("created book-clicks: version 4, 1 fields, 2 shards, json\n");
    send(ingest.door(), click(6, ""));
    Await.until("it is filled again", () -> rows(house).size() == 5);
  }

  private String breaking() throws Exception {
    return Files.writeString(
            data.resolve("breaking.yaml"),
            """
            id: click
            fields:
              - {name: click, type: uuid, required: true}
              - {name: visitor, required: true}
              - {name: position, type: string}
              - {name: campaign, required: true}
            """)
        .toString();
  }

  private static String click(int number, String more) {
    return "{\"click\":\"00000000-0000-0000-0000-00000000000"
        + number
        + "\",\"visitor\":\"v"
        + number
        + "\",\"at\":\"2026-01-31T08:15:00Z\""
        + more
        + "}";
  }

  private static void send(URI door, String... events) throws Exception {
    assertThat(post(door, "book-clicks", events).body()).contains("\"accepted\":" + events.length);
  }

  private static int withoutAKey(URI door) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(door.resolve("/v1/streams"))
            .POST(HttpRequest.BodyPublishers.ofString("{name: x, fields: [{name: a}]}"))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private static HttpResponse<String> post(URI door, String stream, String... events)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(door.resolve("/v1/streams/" + stream + "/events"))
            .header("Authorization", "Bearer key")
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", events)))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static Table table(House house) {
    return house.lake().find(TableIdentifier.of("raw", "book_clicks")).orElseThrow();
  }

  private static List<Record> rows(House house) throws Exception {
    return rows(house, "book_clicks");
  }

  private static List<Record> rows(House house, String name) throws Exception {
    List<Record> rows = new ArrayList<>();
    Optional<Table> table = house.lake().find(TableIdentifier.of("raw", name));
    if (table.isPresent()) {
      try (CloseableIterable<Record> all = IcebergGenerics.read(table.get()).build()) {
        all.forEach(rows::add);
      }
    }
    return rows;
  }

  private static List<Object> values(House house, String column) throws Exception {
    return rows(house).stream().map(row -> row.getField(column)).toList();
  }
}
