package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.ledger.Depth;
import dev.sluice.ingest.ledger.Verification;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.stream.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Among duplicates nothing that is lost can hide. */
class VerifyDuplicatesTest {

  private static final Optional<EventId> HOUR =
      Optional.of(new EventId("event_id", Duration.ofHours(1)));

  @Test
  void aRowThatIsLostIsToldFromDuplicates() throws Exception {
    try (Scene scene = filled("lost")) {
      scene.table().newDelete().deleteFile(files(scene).get(1)).commit();
      Verification deep = scene.verify(scene.stream, Depth.VALUES);
      assertThat(kinds(deep)).contains("missing-offsets", "duplicate-count", "row-count");
      assertThat(problem(deep, "missing-offsets").detail()).endsWith(": 20-29");
      Verification places = scene.verify(scene.stream, Depth.PLACES);
      assertThat(kinds(places)).contains("missing-offsets", "row-count");
      assertThat(problem(places, "missing-offsets").detail())
          .contains("10 of them for they are duplicates: 10-29");
    }
  }

  @Test
  void aDuplicateOfALostRowIsNone() throws Exception {
    try (Scene scene = filled("original")) {
      scene.table().newDelete().deleteFile(files(scene).get(0)).commit();
      assertThat(problem(scene.verify(), "missing-offsets").detail()).endsWith(": 0-19");
    }
  }

  @Test
  void aPropertyWhoseDuplicatesWereEditedIsNamed() throws Exception {
    try (Scene scene = filled("edited")) {
      Map.Entry<LogShard, ShardProgress> any = scene.progress().entrySet().iterator().next();
      String good = any.getValue().encode();
      for (Depth depth : Depth.values()) {
        edit(scene, any.getKey(), good.replace("rows=20,duplicates=10", "rows=19,duplicates=11"));
        assertThat(kinds(scene.verify(scene.stream, depth))).contains("duplicate-count");
        edit(scene, any.getKey(), good.replace("rows=20,duplicates=10", "rows=30,duplicates=0"));
        assertThat(kinds(scene.verify(scene.stream, depth))).contains("row-count");
        edit(
            scene,
            any.getKey(),
            good.replace(
                "duplicates=10,deadLetters=0,filtered=0,control=0",
                "duplicates=9,deadLetters=0,filtered=0,control=1"));
        assertThat(kinds(scene.verify(scene.stream, depth))).contains("control-count");
        edit(scene, any.getKey(), good);
        assertThat(scene.verify(scene.stream, depth).problems()).isEmpty();
      }
    }
  }

  @Test
  void aDuplicateOutsideTheWindowIsNone() throws Exception {
    try (Scene scene = filled("shorter")) {
      Stream shorter = declared(scene, Optional.of(new EventId("event_id", Duration.ofMillis(1))));
      assertThat(problem(scene.verify(shorter), "missing-offsets").detail()).endsWith(": 10-19");
    }
  }

  @Test
  void withoutTheDeclarationOnlyTheirNumberIsComparedAndThatIsSaid() throws Exception {
    try (Scene scene = filled("undeclared")) {
      Verification verification = scene.verify(declared(scene, Optional.empty()));
      assertThat(verification.problems()).isEmpty();
      assertThat(verification.notCompared()).singleElement().asString().contains("10 duplicates");
    }
  }

  @Test
  void whatIsLeftOfATrimmedLogIsStillShown() throws Exception {
    try (Scene scene = filled("cut")) {
      TopicPartition place = new TopicPartition(scene.stream.name(), 0);
      for (long begin : List.of(5L, 15L, 25L)) {
        scene
            .house
            .admin()
            .deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(begin)))
            .all()
            .get();
        assertThat(scene.verify().problems()).isEmpty();
      }
      scene.table().newDelete().deleteFile(files(scene).get(1)).commit();
      assertThat(problem(scene.verify(), "missing-offsets").detail()).endsWith(": 25-29");
    }
  }

  /** One shard: ten rows, the same ten again, ten other rows; two files. */
  private static Scene filled(String name) throws Exception {
    Scene scene = new Scene("dup" + name, 1, HOUR);
    SinkWorkers workers = scene.worker("w");
    scene.produce(0, 10);
    scene.awaitCommitted(10);
    scene.produce(0, 10);
    scene.awaitCommitted(20);
    scene.produce(10, 20);
    scene.awaitCommitted(30);
    workers.stop();
    assertThat(scene.verify().problems()).isEmpty();
    return scene;
  }

  private static Stream declared(Scene scene, Optional<EventId> id) {
    Stream stream = scene.stream;
    return new Stream(
        stream.name(), stream.fields(), stream.keyField(), stream.timeField(), stream.shards(), id);
  }

  private static void edit(Scene scene, LogShard shard, String value) {
    scene.table().updateProperties().set(shard.propertyKey(), value).commit();
  }

  /** In the order they were committed. */
  private static List<DataFile> files(Scene scene) throws Exception {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = scene.table().newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
    files.sort(java.util.Comparator.comparing(DataFile::dataSequenceNumber));
    return files;
  }

  private static List<String> kinds(Verification verification) {
    return verification.problems().stream().map(Verification.Problem::kind).toList();
  }

  private static Verification.Problem problem(Verification verification, String kind) {
    return verification.problems().stream()
        .filter(problem -> problem.kind().equals(kind))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " in " + verification.problems()));
  }
}
