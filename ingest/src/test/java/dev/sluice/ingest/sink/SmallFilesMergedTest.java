package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;

class SmallFilesMergedTest {

  private static final int ROUNDS = 18;
  private static final int EVENTS = 40;

  @Test
  void manyCommitsOfTwoWorkersEndInFewFilesWithEveryRowOnce() throws Exception {
    try (Scene scene = new Scene("merged", 2)) {
      scene.worker("a");
      scene.worker("b");
      for (int round = 0; round < ROUNDS; round++) {
        scene.produce(round * EVENTS, (round + 1) * EVENTS);
        scene.awaitCommitted((round + 1L) * EVENTS);
      }
      Await.until(
          "files are merged",
          () -> scene.registry.find("sluice.sink.files.merged").counter() != null);
      scene.produce(ROUNDS * EVENTS, (ROUNDS + 1) * EVENTS);
      scene.awaitCommitted((ROUNDS + 1) * EVENTS);
      assertThat(files(scene.table())).hasSizeLessThan(ROUNDS);
      assertThat(SinkPathTest.ids(scene.rows())).hasSize((ROUNDS + 1) * EVENTS);
      assertThat(scene.rows()).hasSize((ROUNDS + 1) * EVENTS);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  private static List<String> files(Table table) throws Exception {
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file().location()));
    }
    return files;
  }
}
