package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.FileMerger;
import dev.sluice.ingest.table.FileRows;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;

/** Tables that are partitioned by something else than the day, from the first or from now on. */
class PartitionedTest {

  @Test
  void rowsOfOneIntervalLieInThePartitionsTheirStreamDeclares() throws Exception {
    try (Scene scene = new Scene("parted", 2)) {
      Stream declared =
          scene.stream.partitionedBy(
              "hour(event_time)", "bucket[4](user_id)", "truncate[10](quantity)", "price");
      Instant now = Instant.now();
      for (int i = 0; i < 60; i++) {
        scene.produce(i % 2, Scene.event(i, now.minus(Duration.ofHours(i % 3))));
      }
      scene.worker("w", scene.house.catalogUri(), declared);
      scene.awaitCommitted(60);
      assertThat(names(scene.table().spec()))
          .containsExactly("_time_hour", "user_id_bucket_4", "quantity_trunc_10", "price");
      assertThat(everyRowLiesWhereItsSpecSays(scene.table())).isEqualTo(60);
      assertThat(scene.verify(declared).problems()).isEmpty();
    }
  }

  @Test
  void aTableOfTwoSpecsIsReadMergedAndVerifiedAsOne() throws Exception {
    try (Scene scene = new Scene("respec", 1)) {
      SinkWorkers daily = scene.worker("a");
      commitThrice(scene, 0);
      daily.stop();
      Stream declared = scene.stream.partitionedBy("bucket[2](user_id)");
      SinkWorkers bucketed = scene.worker("b", scene.house.catalogUri(), declared);
      commitThrice(scene, 30);
      bucketed.stop();
      assertThat(names(scene.table().spec())).containsExactly("user_id_bucket_2");
      assertThat(specs(scene.table())).as("old files keep theirs").hasSize(2);
      assertThat(scene.verify(declared).problems()).isEmpty();

      int before = files(scene.table()).size();
      assertThat(merge(scene).orElseThrow().to()).isEqualTo(1);
      assertThat(files(scene.table())).hasSizeLessThan(before);
      assertThat(merge(scene)).as("a bucket always gets rows: few files stay").isEmpty();
      assertThat(specs(scene.table())).as("merged files keep theirs too").hasSize(2);
      assertThat(everyRowLiesWhereItsSpecSays(scene.table())).isEqualTo(60);
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(60);
      assertThat(scene.verify(declared).problems()).isEmpty();

      scene.worker("c").stop();
      scene.worker("d");
      commitThrice(scene, 60);
      assertThat(names(scene.table().spec()))
          .as("what is not declared is left as it is")
          .containsExactly("user_id_bucket_2");
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  private static void commitThrice(Scene scene, int from) throws Exception {
    for (int i = from; i < from + 30; i += 10) {
      scene.produce(i, i + 10);
      scene.awaitCommitted(i + 10);
    }
  }

  private static Optional<FileMerger.Merge> merge(Scene scene) {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    return new FileMerger(scene.house.lake(), 8 << 20, UUID::randomUUID)
        .merge(
            dev.sluice.ingest.table.TableLayout.identifier(scene.stream),
            today.minusDays(1),
            today);
  }

  private static List<String> names(PartitionSpec spec) {
    return spec.fields().stream().map(PartitionField::name).toList();
  }

  private static List<FileScanTask> files(Table table) throws Exception {
    List<FileScanTask> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(files::add);
    }
    return files;
  }

  private static Set<Integer> specs(Table table) throws Exception {
    Set<Integer> specs = new HashSet<>();
    files(table).forEach(task -> specs.add(task.file().specId()));
    return specs;
  }

  /** By Iceberg's own account of each row as it is read back. */
  private static int everyRowLiesWhereItsSpecSays(Table table) throws Exception {
    InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
    int rows = 0;
    for (FileScanTask task : files(table)) {
      PartitionKey key = new PartitionKey(table.specs().get(task.file().specId()), table.schema());
      try (CloseableIterable<Record> all = FileRows.of(table, task, table.schema())) {
        for (Record row : all) {
          key.partition(wrapper.wrap(row));
          for (int i = 0; i < key.size(); i++) {
            assertThat(task.file().partition().get(i, Object.class))
                .hasToString(key.get(i, Object.class).toString());
          }
          rows++;
        }
      }
    }
    return rows;
  }
}
