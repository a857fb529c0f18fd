package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.ledger.Depth;
import dev.sluice.ingest.ledger.Verification;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Whatever is done to a table behind the workers' backs, verify names it. */
class VerifyTest {

  @Test
  void aRemovedFileIsMissedOffsetByOffset() throws Exception {
    try (Scene scene = filled("removed")) {
      scene.table().newDelete().deleteFile(files(scene).get(1)).commit();
      Verification verification = scene.verify();
      assertThat(verification.verdict()).isEqualTo(Verification.WRONG);
      assertThat(kinds(verification)).contains("missing-offsets", "row-count", "checksum");
      assertThat(problem(verification, "missing-offsets").detail()).contains("10-19");
    }
  }

  @Test
  void aFileAddedTwiceIsNamedWithItsOffsets() throws Exception {
    try (Scene scene = filled("doubled")) {
      DataFile file = files(scene).get(0);
      scene.table().newAppend().appendFile(file).commit();
      Verification verification = scene.verify();
      assertThat(problem(verification, "doubled-offsets").where()).isEqualTo(file.location());
      assertThat(problem(verification, "doubled-offsets").detail()).contains("offsets ");
    }
  }

  @Test
  void anEditedPropertyIsNamed() throws Exception {
    try (Scene scene = filled("edited")) {
      LogShard shard = scene.progress().keySet().iterator().next();
      ShardProgress progress = scene.progress().get(shard);
      String good = progress.encode();
      edit(scene, shard, good.replace("next=20", "next=21"));
      assertThat(problem(scene.verify(), "unreadable-property").where())
          .contains(shard.propertyKey());

      edit(scene, shard, good.replaceAll("checksum=.*", "checksum=0000000000000001"));
      assertThat(problem(scene.verify(), "checksum").where()).contains(shard.propertyKey());

      edit(scene, shard, good.replace("next=20", "next=15").replace("rows=20", "rows=15"));
      assertThat(kinds(scene.verify())).contains("history", "row-count", "rows-beyond-progress");

      edit(scene, shard, good.replace("rows=20", "rows=19").replace("control=0", "control=1"));
      assertThat(kinds(scene.verify())).contains("row-count", "control-count");

      edit(scene, shard, good);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void aDeletedLetterIsMissed() throws Exception {
    try (ReplayScene house = new ReplayScene("letterless", 1)) {
      house.scene.worker("w");
      house.fill();
      Table letters = house.scene.house.lake().load(DeadLetterTable.IDENTIFIER);
      DeleteFiles delete = letters.newDelete();
      letterFiles(letters, house).forEach(delete::deleteFile);
      delete.commit();
      for (Depth depth : Depth.values()) {
        Verification verification = house.scene.verify(house.later, depth);
        assertThat(kinds(verification)).contains("dead-letter-count", "missing-offsets");
        assertThat(problem(verification, "missing-offsets").detail()).contains("3-5");
      }
    }
  }

  @Test
  void aReplayedLetterThatComesBackIsNamed() throws Exception {
    try (ReplayScene house = new ReplayScene("letterback", 1)) {
      Scene scene = house.scene;
      scene.worker("w");
      house.fill();
      Table letters = scene.house.lake().load(DeadLetterTable.IDENTIFIER);
      List<DataFile> before = letterFiles(letters, house);
      assertThat(house.replay().rows()).isEqualTo(2);
      assertThat(scene.verify(house.later, Depth.PLACES).problems()).isEmpty();

      letters.refresh();
      AppendFiles again = letters.newAppend();
      before.forEach(again::appendFile);
      again.commit();
      Verification verification = scene.verify(house.later, Depth.PLACES);
      assertThat(kinds(verification))
          .contains("doubled-offsets", "doubled-dead-letter", "dead-letter-count");
      assertThat(problem(verification, "doubled-offsets").detail())
          .contains("rows and dead letters at once: 3, 5");
    }
  }

  @Test
  void aReplaysRowsThatGetLostAreMissed() throws Exception {
    try (ReplayScene house = new ReplayScene("replayedlost", 1)) {
      house.scene.worker("w");
      house.fill();
      assertThat(house.replay().rows()).isEqualTo(2);
      List<DataFile> files = files(house.scene);
      house.scene.table().newDelete().deleteFile(files.get(files.size() - 1)).commit();
      Verification verification = house.scene.verify(house.later, Depth.PLACES);
      assertThat(kinds(verification)).contains("missing-offsets", "row-count");
      assertThat(problem(verification, "missing-offsets").detail()).contains("3, 5");
    }
  }

  @Test
  void valuesAreComparedWhenAskedAndPlacesAlways() throws Exception {
    try (Scene scene = filled("depth")) {
      LogShard shard = scene.progress().keySet().iterator().next();
      String good = scene.progress().get(shard).encode();
      edit(scene, shard, good.replaceAll("checksum=.*", "checksum=0000000000000001"));
      assertThat(scene.verify(scene.stream, Depth.PLACES).problems()).isEmpty();
      assertThat(kinds(scene.verify(scene.stream, Depth.VALUES))).containsExactly("checksum");
      DataFile file = files(scene).get(0);
      scene.table().newAppend().appendFile(file).commit();
      scene.table().newDelete().deleteFile(files(scene).get(1)).commit();
      assertThat(kinds(scene.verify(scene.stream, Depth.PLACES)))
          .containsAnyOf("doubled-offsets", "missing-offsets");
    }
  }

  @Test
  void whatTheLogNoLongerHasIsSaidNotGuessed() throws Exception {
    try (Scene scene = filled("trim")) {
      scene
          .house
          .admin()
          .deleteRecords(
              java.util.Map.of(
                  new TopicPartition(scene.stream.name(), 0), RecordsToDelete.beforeOffset(12)))
          .all()
          .get();
      Verification verification = scene.verify();
      assertThat(verification.problems()).isEmpty();
      assertThat(verification.notCompared()).singleElement().asString().contains("[0, 12)");
      scene.table().newDelete().deleteFile(files(scene).get(0)).commit();
      assertThat(kinds(scene.verify())).contains("row-count", "control-count");
    }
  }

  /** One shard, twenty rows, two commits of ten. */
  private static Scene filled(String name) throws Exception {
    Scene scene = new Scene(name, 1);
    SinkWorkers workers = scene.worker("w");
    scene.produce(0, 10);
    scene.awaitCommitted(10);
    workers.stop();
    SinkWorkers next = scene.worker("x");
    scene.produce(10, 20);
    scene.awaitCommitted(20);
    next.stop();
    assertThat(scene.verify().problems()).isEmpty();
    return scene;
  }

  private static void edit(Scene scene, LogShard shard, String value) {
    scene.table().updateProperties().set(shard.propertyKey(), value).commit();
  }

  /** In the order they were committed. */
  private static List<DataFile> files(Scene scene) throws Exception {
    Table table = scene.table();
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
    files.sort(java.util.Comparator.comparing(DataFile::dataSequenceNumber));
    return files;
  }

  private static List<DataFile> letterFiles(Table letters, ReplayScene house) throws Exception {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        letters.newScan().filter(Expressions.equal("stream", house.later.name())).planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
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
