package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.SnapshotBound;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Test;

/** Tables that grow: more columns, more days, more shards, more snapshots. */
class TableShapeTest {

  @Test
  void aFieldDeclaredLaterBecomesAColumnAndOldRowsStillVerify() throws Exception {
    try (Scene scene = new Scene("evolve", 1)) {
      SinkWorkers first = scene.worker("a");
      scene.produce(0, 5);
      scene.awaitCommitted(5);
      first.stop();
      Stream wider = with(scene.stream, new Field("colour", FieldType.STRING, false));
      scene.worker("b", scene.house.catalogUri(), wider);
      scene.produce(5, 10);
      scene.awaitCommitted(10);
      List<Object> colours =
          scene.rows().stream().map(row -> row.getField("colour")).filter(c -> c != null).toList();
      assertThat(colours).hasSize(5);
      assertThat(scene.rows().stream().filter(row -> row.getField("_extra") != null)).hasSize(5);
      assertThat(scene.verify(wider).problems()).isEmpty();
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void moreDaysThanOpenFilesAreWrittenInTurns() throws Exception {
    try (Scene scene = new Scene("days", 1)) {
      List<String> events = new ArrayList<>();
      Instant now = Instant.now();
      for (int i = 0; i < 60; i++) {
        events.add(Scene.event(i, now.minus(Duration.ofDays(i % 12))));
      }
      for (String event : events) {
        scene.house.producer().send(scene.record(0, event)).get();
      }
      scene.house.producer().flush();
      scene.worker("w");
      scene.awaitCommitted(60);
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(60);
      assertThat(
              scene.rows().stream()
                  .map(row -> row.getField("_time").toString().substring(0, 10))
                  .distinct())
          .hasSize(12);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void aShardAddedLaterIsReadFromItsBegin() throws Exception {
    try (Scene scene = new Scene("grown", 1)) {
      scene.worker("w");
      scene.produce(0, 5);
      scene.awaitCommitted(5);
      scene
          .house
          .admin()
          .createPartitions(Map.of(scene.stream.name(), NewPartitions.increaseTo(3)))
          .all()
          .get();
      Await.until(
          "the new shards are there",
          () -> {
            try {
              scene.produce(2, Scene.event(5, Instant.now()));
              return true;
            } catch (java.util.concurrent.ExecutionException e) {
              return false;
            }
          });
      scene.produce(1, Scene.event(6, Instant.now()));
      scene.awaitCommitted(7);
      assertThat(scene.progress()).hasSize(3);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void oldSnapshotsAreExpiredAndProgressSurvivesIt() throws Exception {
    try (Scene scene = new Scene("expire", 1)) {
      scene.worker("w");
      for (int i = 0; i < 8; i++) {
        scene.produce(i, i + 1);
        scene.awaitCommitted(i + 1);
      }
      new SnapshotBound(scene.house.lake(), 3)
          .keep(
              dev.sluice.ingest.table.TableLayout.identifier(scene.stream),
              Instant.now().plusSeconds(1));
      assertThat(snapshots(scene.table())).isEqualTo(3);
      assertThat(scene.table().refs().keySet()).anyMatch(ref -> ref.startsWith("hour-"));
      scene.produce(8, 9);
      scene.awaitCommitted(9);
      List<Record> rows = scene.rows();
      assertThat(SinkPathTest.ids(rows)).hasSize(9);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  private static int snapshots(Table table) {
    int count = 0;
    for (Snapshot ignored : table.snapshots()) {
      count++;
    }
    return count;
  }

  private static Stream with(Stream stream, Field more) {
    List<Field> fields = new ArrayList<>(stream.fields());
    fields.add(more);
    return new Stream(
        stream.name(), fields, stream.keyField(), stream.timeField(), stream.shards());
  }
}
