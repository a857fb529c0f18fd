package dev.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Settings;
import dev.sluice.daemon.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamsTest {
  record Root(Map<String, StreamSettings> streams) {}

  @TempDir Path directory;

  @Test
  void twoStreamsAreShipped() {
    Streams streams = Streams.shipped();
    assertThat(streams.names()).containsExactly("app-events", "sensor-readings");
    Stream app = streams.find("app-events").orElseThrow();
    assertThat(app.tableName()).isEqualTo("app_events");
    assertThat(app.keyField()).contains("user_id");
    assertThat(app.fields()).hasSize(14);
    assertThat(app.field("quantity")).contains(new Field("quantity", FieldType.LONG, false));
    assertThat(streams.find("sensor-readings").orElseThrow().keyField()).contains("device_id");
  }

  @Test
  void settingsAddStreamsAndReplaceShippedOnes() throws IOException {
    Streams streams =
        read(
            """
            streams:
              clicks:
                key: who
                fields: [{name: who, required: true}, {name: n, type: long}]
              app-events:
                shards: 2
                fields: [{name: a}]
            """);
    assertThat(streams.names()).containsExactly("app-events", "clicks", "sensor-readings");
    assertThat(streams.find("app-events").orElseThrow().shards()).isEqualTo(2);
    assertThat(streams.find("clicks").orElseThrow())
        .isEqualTo(
            new Stream(
                "clicks",
                List.of(
                    new Field("who", FieldType.STRING, true),
                    new Field("n", FieldType.LONG, false)),
                Optional.of("who"),
                Optional.empty(),
                4));
  }

  @Test
  void aKeyThatIsNoFieldIsNamed() {
    assertThatThrownBy(() -> read("streams: {clicks: {key: user, fields: [{name: a}]}}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the key field user is not among its fields");
    assertThatThrownBy(() -> read("streams: {clicks: {kee: user, fields: [{name: a}]}}"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("kee");
  }

  @Test
  void anIdHasAWindowAndShippedEventsHaveAnId() throws IOException {
    EventId hour = new EventId("event_id", Duration.ofHours(1));
    assertThat(Streams.shipped().all()).allSatisfy(each -> assertThat(each.id()).contains(hour));
    Streams streams =
        read(
            """
            streams:
              a: {id: n, fields: [{name: n, type: long}]}
              b: {id: n, window: 10m, fields: [{name: n, type: uuid}]}
              c: {id: n, window: 0s, fields: [{name: n}]}
              d: {fields: [{name: n}]}
            """);
    assertThat(id(streams, "a")).contains(new EventId("n", Duration.ofHours(1)));
    assertThat(id(streams, "b")).contains(new EventId("n", Duration.ofMinutes(10)));
    assertThat(id(streams, "c").orElseThrow().watched()).isFalse();
    assertThat(id(streams, "d")).isEmpty();
  }

  private static Optional<EventId> id(Streams streams, String name) {
    return streams.find(name).orElseThrow().id();
  }

  @Test
  void anIdThatCannotBeOneIsRefusedInOneLine() {
    assertThatThrownBy(() -> read("streams: {s: {id: x, fields: [{name: a}]}}"))
        .hasMessage("stream s: the id field x is not among its fields");
    assertThatThrownBy(() -> read("streams: {s: {id: a, fields: [{name: a, type: double}]}}"))
        .hasMessage("stream s: the id field a must be a string, a uuid or a long");
    assertThatThrownBy(() -> read("streams: {s: {window: 1h, fields: [{name: a}]}}"))
        .hasMessage("stream s: a window without an id; name the field that holds the event's id");
    assertThatThrownBy(() -> read("streams: {s: {id: a, window: 40d, fields: [{name: a}]}}"))
        .hasMessage("window: PT960H; use 0s to 30d");
  }

  @Test
  void partitionsAndRoutesAreReadAndAWrongOneIsRefusedInOneLine() throws IOException {
    Stream said =
        read("streams: {s: {partition: 'bucket[4](a), a', fields: [{name: a}],"
                + " route: {field: a, tables: {x: xs, y: ys, z: xs}}}}")
            .find("s")
            .orElseThrow();
    assertThat(said.partitioning().fields()).hasToString("[bucket[4](a), a]");
    assertThat(said.tableNames()).containsExactly("xs", "ys");
    assertThatThrownBy(() -> read("streams: {s: {partition: [day(a)], fields: [{name: a}]}}"))
        .hasMessage("stream s: partition day(a): day does not take a string, which a is");
    assertThatThrownBy(() -> read("streams: {s: {partition: [week(a)], fields: [{name: a}]}}"))
        .hasMessageStartingWith("stream s: partition \"week(a)\": there is no transform week");
    assertThatThrownBy(() -> read(route("{field: b, tables: {x: xs}}")))
        .hasMessage("stream s: the route field b is not among its fields");
    assertThatThrownBy(() -> read(route("{field: n, tables: {x: xs}}")))
        .hasMessage("stream s: the route field n must be a string");
    assertThatThrownBy(() -> read(route("{field: a, tables: {x: Xs}}")))
        .hasMessageStartingWith("stream s: route: table name \"Xs\": use lower-case");
    assertThatThrownBy(() -> read(route("{field: a}")))
        .hasMessage("stream s: route: 0 values of a; name 1 to 1000");
    assertThatThrownBy(() -> read(route("{field: a, tables: {x: app_events}}")))
        .hasMessageContaining("app-events and s both fill the table app_events");
  }

  private static String route(String route) {
    return "streams: {s: {fields: [{name: a}, {name: n, type: long}], route: " + route + "}}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a_b", "a--b", "-a", "a-", "1a", "a/b", "../a", "ä"})
  void aNameThatIsNoTopicAndNoTableIsRefused(String name) {
    assertThatThrownBy(
            () ->
                new Stream(
                    name,
                    List.of(new Field("a", FieldType.STRING, false)),
                    Optional.empty(),
                    Optional.empty(),
                    1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fieldsThatDifferOnlyInCaseAreOne() {
    List<Field> fields =
        List.of(new Field("a", FieldType.STRING, false), new Field("A", FieldType.STRING, false));
    assertThatThrownBy(() -> new Stream("s", fields, Optional.empty(), Optional.empty(), 1))
        .hasMessageContaining("declared twice");
    assertThatThrownBy(() -> new Field("_extra", FieldType.STRING, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNearMissIsHinted() {
    Streams streams = Streams.shipped();
    assertThat(streams.nearest("app_events")).contains("app-events");
    assertThat(streams.nearest("ap-event")).contains("app-events");
    assertThat(streams.nearest("sensors-reading")).contains("sensor-readings");
    assertThat(streams.nearest("zzz")).isEmpty();
  }

  @Test
  void aStreamSaysThatItsEventsAreAvro() throws IOException {
    Files.writeString(directory.resolve("c.avsc"), "\"int\"");
    Streams streams =
        read(
            """
            streams:
              clicks:
                format: avro
                schemas: [{id: 7, file: '%s'}, {schema: '"long"'}]
                fields: [{name: who}]
            """
                .formatted(directory.resolve("c.avsc")));
    assertThat(streams.find("clicks").orElseThrow().format())
        .isEqualTo(
            new EventFormat.Avro(
                List.of(
                    new EventFormat.WriterSchema(Optional.of(7), "\"int\""),
                    new EventFormat.WriterSchema(Optional.empty(), "\"long\""))));
    assertThat(streams.find("app-events").orElseThrow().format().wireName()).isEqualTo("json");
  }

  @Test
  void aSchemaThatCannotBeReadIsToldInOneLine() {
    String clicks = "streams: {clicks: {%s, fields: [{name: who}]}}";
    assertThatThrownBy(() -> read(clicks.formatted("format: avro, schemas: [{file: /no/c.avsc}]")))
        .hasMessageContaining("the schema /no/c.avsc cannot be read");
    assertThatThrownBy(() -> read(clicks.formatted("format: avro, schemas: [{id: 7}]")))
        .hasMessageContaining("a file or the schema itself");
    assertThatThrownBy(() -> read(clicks.formatted("schemas: [{schema: '\"int\"'}]")))
        .hasMessageContaining("stream clicks: schemas are for Avro; say format: avro");
  }

  private Streams read(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("ingest.yaml"), yaml);
    return Streams.shipped().with(Settings.read(Root.class, Optional.of(file), Map.of()).streams());
  }
}
