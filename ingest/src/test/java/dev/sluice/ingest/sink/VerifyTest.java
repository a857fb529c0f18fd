package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.ledger.Verification;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
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
