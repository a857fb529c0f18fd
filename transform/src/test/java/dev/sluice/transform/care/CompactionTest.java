package dev.sluice.transform.care;

import static dev.sluice.transform.care.Ward.FIRST;
import static dev.sluice.transform.care.Ward.MORNING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.care.CareSettings.Orphans;
import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import dev.sluice.transform.sample.LocalSpark;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompactionTest {
  private static final SparkSession SPARK = LocalSpark.session();
  private static final LocalDate SECOND = FIRST.plusDays(1);
  private static final LocalDate OPEN = FIRST.plusDays(2);

  private final Ward ward = new Ward("lake");

  @AfterEach
  void dropTables() {
    ward.close();
  }

  @Test
  void smallFilesOfClosedDaysBecomeOneWithoutTheirDeletedRowsAndTheOpenDayIsLeftAlone() {
    String table = ward.make("small");
    ward.load(table, FIRST, 66);
    ward.load(table, SECOND, 67);
    ward.load(table, OPEN, 67);
    SPARK.sql("DELETE FROM " + table + " WHERE id % 10 = 3 AND _time < '" + SECOND + "'");
    Row rows = ward.rows(table);
    assertThat(ward.files(table, FIRST)).hasSize(66);
    List<String> open = paths(ward.files(table, OPEN));

    Set<String> stored = ward.stored(table);
    Cared told = ward.tell(MORNING, table).get(0);
    assertThat(told.ending()).isEqualTo(Ending.TOLD);
    assertThat(told.note()).isEqualTo("133 files would be rewritten");
    assertThat(ward.stored(table)).as("telling changes nothing").isEqualTo(stored);
    assertThat(SPARK.catalog().tableExists("lake.ops.care")).isFalse();

    Cared cared = ward.care(MORNING, table, Action.COMPACT).get(0);

    assertThat(cared.ending()).as(cared.note()).isEqualTo(Ending.DONE);
    assertThat(cared.before()).isEqualTo(133);
    assertThat(cared.after()).isEqualTo(2);
    assertThat(cared.bytesSaved()).isPositive();
    assertThat(ward.rows(table)).isEqualTo(rows);
    assertThat(ward.files(table, FIRST)).singleElement().satisfies(CompactionTest::hasNoDeletes);
    assertThat(ward.files(table, SECOND)).singleElement().satisfies(CompactionTest::hasNoDeletes);
    assertThat(paths(ward.files(table, OPEN))).isEqualTo(open);
    Row book = SPARK.sql("SELECT * FROM lake.ops.care").first();
    assertThat(book.<String>getAs("table_name")).isEqualTo(table);
    assertThat(book.<Long>getAs("before")).isEqualTo(133);
    assertThat(book.<Long>getAs("bytes_saved")).isEqualTo(cared.bytesSaved());
    assertThat(ward.care(MORNING, table, Action.COMPACT).get(0).ending()).isEqualTo(Ending.IDLE);
  }

  @Test
  void rowsAreSortedWhereTheTableHasAnOrder() {
    String table = ward.make("sorted");
    SPARK.sql("ALTER TABLE " + table + " WRITE LOCALLY ORDERED BY name");
    ward.load(table, FIRST, 4);
    Row rows = ward.rows(table);

    ward.care(MORNING, table, Action.COMPACT);

    assertThat(ward.files(table, FIRST)).hasSize(1);
    assertThat(ward.rows(table)).isEqualTo(rows);
    assertThat(
            SPARK.sql("SELECT name FROM " + table).collectAsList().stream()
                .map(row -> row.getString(0))
                .toList())
        .hasSize(40)
        .isSorted();
  }

  @Test
  void manifestsOfClosedDaysBecomeFewAndThoseOfOpenDaysStay() {
    String table = ward.make("manifests", "'commit.manifest-merge.enabled'='false'");
    for (int i = 0; i < 3; i++) {
      ward.load(table, FIRST, 1);
      ward.load(table, SECOND, 1);
    }
    ward.load(table, OPEN, 1);
    ward.load(table, OPEN, 1);
    Row rows = ward.rows(table);

    Cared cared = ward.care(MORNING, table, Action.MANIFESTS).get(0);

    assertThat(cared.ending()).as(cared.note()).isEqualTo(Ending.DONE);
    assertThat(cared.before()).isEqualTo(8);
    assertThat(cared.after()).isEqualTo(3);
    assertThat(ward.rows(table)).isEqualTo(rows);
  }

  @Test
  void aFileThatIsMissingIsNamedInOneLineAndOtherTablesAreCaredFor() throws Exception {
    String broken = ward.make("broken");
    ward.load(broken, FIRST, 3);
    String lost = paths(ward.files(broken, FIRST)).get(0);
    Files.delete(Ward.path(lost));
    String whole = ward.make("whole");
    ward.load(whole, FIRST, 3);
    String strange = ward.make("strange", "'sluice.care.kepp-days'='3'");
    String off = ward.make("off", "'sluice.care.mode'='off'");

    List<Cared> done =
        ward.care(
            MORNING,
            Policy.standard(),
            Orphans.REPORT,
            List.of(broken, whole, strange, off),
            Set.of(Action.COMPACT));

    assertThat(done)
        .extracting(cared -> cared.table() + " " + cared.ending())
        .containsExactlyInAnyOrder(
            broken + " FAILED", whole + " DONE", strange + " FAILED", off + " LEFT");
    assertThat(note(done, broken)).endsWith("the store has no " + lost).doesNotContain("\n");
    assertThat(note(done, strange))
        .startsWith("property sluice.care.kepp-days is not known; known are mode");
  }

  @Test
  void aTableThatIngestWritesAndThatHasNoDaysIsLeft() {
    String table = ward.make("without_days", "'sluice.log.abc.0'='next=0'");
    SPARK.sql("ALTER TABLE " + table + " DROP PARTITION FIELD days(_time)");
    ward.load(table, FIRST, 3);

    Cared cared = ward.care(MORNING, table, Action.COMPACT).get(0);

    assertThat(cared.ending()).isEqualTo(Ending.LEFT);
    assertThat(cared.note()).isEqualTo("ingest writes it, and it is not partitioned by a time");
  }

  @Test
  void aTableThatANightStagesOnIsLeftUntilTheNightIsOver() {
    String table = ward.make("staged");
    ward.load(table, FIRST, 3);
    SPARK.sql("ALTER TABLE " + table + " CREATE BRANCH night");
    SPARK.sql("INSERT INTO " + table + ".branch_night VALUES (1, 'staged', now())");

    Cared beside = ward.care(MORNING, table, Action.COMPACT).get(0);
    SPARK.sql("CALL lake.system.fast_forward('" + table + "', 'main', 'night')");
    SPARK.sql("ALTER TABLE " + table + " DROP BRANCH night");

    assertThat(beside.ending()).isEqualTo(Ending.LEFT);
    assertThat(beside.note()).isEqualTo("a run stages on its branch night");
    assertThat(ward.care(MORNING, table, Action.COMPACT).get(0).ending()).isEqualTo(Ending.DONE);
    assertThat(ward.rows(table).getLong(0)).isEqualTo(31);
  }

  private static String note(List<Cared> done, String table) {
    return done.stream()
        .filter(cared -> cared.table().equals(table))
        .map(Cared::note)
        .findFirst()
        .orElseThrow();
  }

  private static void hasNoDeletes(FileScanTask task) {
    assertThat(task.deletes()).isEmpty();
  }

  private static List<String> paths(List<FileScanTask> tasks) {
    return tasks.stream().map(task -> task.file().location()).sorted().toList();
  }
}
