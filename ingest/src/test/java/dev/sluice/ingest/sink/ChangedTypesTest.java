package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Health;
import dev.sluice.ingest.deadletter.LetterFilter;
import dev.sluice.ingest.deadletter.Replay;
import dev.sluice.ingest.deadletter.ReplayReport;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.TableLayout;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** A field is declared with another type than its column has. */
class ChangedTypesTest {

  @Test
  void aWiderTypeWidensTheColumnAndOldRowsAreReadWithNewOnes() throws Exception {
    try (Scene scene = new Scene("widened", 1)) {
      Stream narrow = typed(scene.stream, FieldType.INT);
      SinkWorkers first = scene.worker("a", scene.house.catalogUri(), narrow);
      scene.produce(0, 5);
      scene.awaitCommitted(5);
      assertThat(type(scene)).isEqualTo("int");
      first.stop();
      scene.worker("b", scene.house.catalogUri(), scene.stream);
      long large = 1L << 40;
      scene.produce(0, quantity(5, Long.toString(large)));
      scene.produce(6, 8);
      scene.awaitCommitted(8);
      assertThat(type(scene)).isEqualTo("long");
      assertThat(scene.rows().stream().map(row -> row.getField("quantity")))
          .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, large, 6L, 7L);
      assertThat(scene.verify().problems()).isEmpty();
      assertThat(scene.verify().notCompared()).isEmpty();
    }
  }

  @Test
  void aTableMadeByOthersIsWidenedToWhatTheStreamSays() throws Exception {
    try (Scene scene = new Scene("foreign", 1)) {
      TableLayout ours = TableLayout.of(scene.stream);
      Schema theirs =
          new Schema(
              ours.schema().columns().stream()
                  .map(
                      column ->
                          switch (column.name()) {
                            case "price" ->
                                Types.NestedField.required(
                                    column.fieldId(), "price", Types.FloatType.get());
                            case "quantity" ->
                                Types.NestedField.optional(
                                    column.fieldId(), "quantity", Types.IntegerType.get());
                            default -> column;
                          })
                  .toList());
      scene
          .house
          .lake()
          .open(new TableLayout(ours.identifier(), theirs, PartitionSpec.unpartitioned()));
      scene.worker("w");
      scene.produce(0, quantity(0, "3"));
      scene.awaitCommitted(1);
      Types.NestedField price = scene.table().schema().findField("price");
      assertThat(price.type()).isEqualTo(Types.DoubleType.get());
      assertThat(price.isOptional()).as("an event need not have it").isTrue();
      assertThat(type(scene)).isEqualTo("long");
      assertThat(scene.table().spec().isUnpartitioned()).isTrue();
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void whatAColumnCannotHoldBecomesADeadLetterAndAllElseGoesOn() throws Exception {
    try (Scene scene = new Scene("retyped", 1)) {
      SinkWorkers first = scene.worker("a");
      scene.produce(0, 5);
      scene.awaitCommitted(5);
      first.stop();
      Stream text = typed(scene.stream, FieldType.STRING);
      SinkWorkers second = scene.worker("b", scene.house.catalogUri(), text);
      scene.produce(0, quantity(5, "\"five\""));
      scene.produce(0, quantity(6, "null"));
      scene.produce(0, quantity(7, "\"7\""));
      scene.awaitCommitted(8);
      assertThat(type(scene)).as("the column stays").isEqualTo("long");
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(6).contains("e6");
      assertThat(reasons(scene)).containsExactly("column-type", "column-type");
      assertThat(scene.deadLetters().get(0).getField("detail").toString())
          .contains("the stream says quantity is string")
          .contains("its column in")
          .endsWith("is long");
      assertThat(scene.registry.find("sluice.sink.refused").tag("reason", "column-type").counter())
          .satisfies(counter -> assertThat(counter.count()).isEqualTo(2));
      assertThat(scene.verify(text).problems()).isEmpty();
      assertThat(replay(scene, text).refused()).isEqualTo(Map.of("column-type", 2L));
      second.stop();

      // Declared anew as what the table has, with the text under another name.
      scene.worker("c");
      assertThat(replay(scene, scene.stream).refused()).isEqualTo(Map.of("wrong-type", 2L));
      Stream extra = without(scene.stream, "quantity");
      ReplayReport report = replay(scene, extra);
      assertThat(report.rows()).isEqualTo(2);
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(8).contains("e5", "e7");
      assertThat(scene.verify(extra).problems()).isEmpty();
    }
  }

  @Test
  void anIntoColumnOfAnotherKindOfNumbersGoesWhatIsTheSameThere() throws Exception {
    try (Scene scene = new Scene("fraction", 1)) {
      SinkWorkers first = scene.worker("a");
      scene.produce(0, 5);
      scene.awaitCommitted(5);
      first.stop();
      Stream fractions = typed(scene.stream, FieldType.DOUBLE);
      scene.worker("b", scene.house.catalogUri(), fractions);
      scene.produce(0, quantity(5, "5.0"));
      scene.produce(0, quantity(6, "6.5"));
      scene.produce(0, quantity(7, "9223372036854775808"));
      scene.produce(0, quantity(8, "-0.0"));
      scene.awaitCommitted(9);
      assertThat(scene.rows().stream().map(row -> row.getField("quantity")))
          .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 0L);
      assertThat(reasons(scene)).containsExactly("column-type", "column-type");
      assertThat(scene.verify(fractions).problems()).isEmpty();
      assertThat(scene.verify(fractions).notCompared()).isEmpty();
    }
  }

  @Test
  void whenNoEventCanBeWrittenAllAreLettersAndHealthSaysWhy() throws Exception {
    try (Scene scene = new Scene("unwritable", 1)) {
      SinkWorkers first = scene.worker("a");
      scene.produce(0, 5);
      scene.awaitCommitted(5);
      first.stop();
      Stream text = typed(scene.stream, FieldType.STRING);
      scene.worker("b", scene.house.catalogUri(), text);
      for (int i = 5; i < 9; i++) {
        scene.produce(0, quantity(i, "\"" + i + "\""));
      }
      scene.awaitCommitted(9);
      assertThat(scene.deadLetters()).hasSize(4);
      Await.until("health says so", () -> health(scene).contains("every event becomes a dead"));
      assertThat(health(scene)).contains("the stream says quantity is string");
      scene.produce(0, quantity(9, "null"));
      Await.until("health is well again", () -> health(scene).isEmpty());
      assertThat(scene.verify(text).problems()).isEmpty();
    }
  }

  private static ReplayReport replay(Scene scene, Stream declared) {
    LetterFilter all =
        new LetterFilter(
            Optional.of(declared.name()), Optional.empty(), Optional.empty(), Optional.empty());
    return new Replay(
            scene.house.lake(),
            Scene.decoder(),
            Clock.systemUTC(),
            UUID::randomUUID,
            new Replay.Bounds(30, 4, 20, 20),
            attempt -> true)
        .run(declared, all);
  }

  private static List<String> reasons(Scene scene) throws Exception {
    return scene.deadLetters().stream().map(row -> row.getField("reason").toString()).toList();
  }

  private static String quantity(int number, String json) {
    return "{\"event_id\":\"e"
        + number
        + "\",\"event_time\":\""
        + Instant.now()
        + "\",\"user_id\":\"u\",\"quantity\":"
        + json
        + "}";
  }

  private static String type(Scene scene) {
    return scene.table().schema().findType("quantity").toString();
  }

  private static String health(Scene scene) {
    return scene.health.report().get("sink") instanceof Health.Down down ? down.why() : "";
  }

  private static Stream typed(Stream stream, FieldType quantity) {
    return fields(
        stream,
        stream.fields().stream()
            .map(f -> f.name().equals("quantity") ? new Field("quantity", quantity, false) : f)
            .toList());
  }

  private static Stream without(Stream stream, String field) {
    return fields(stream, stream.fields().stream().filter(f -> !f.name().equals(field)).toList());
  }

  private static Stream fields(Stream stream, List<Field> fields) {
    return new Stream(
        stream.name(), fields, stream.keyField(), stream.timeField(), stream.shards());
  }
}
