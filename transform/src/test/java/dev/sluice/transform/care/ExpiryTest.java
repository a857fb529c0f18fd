package dev.sluice.transform.care;

import static dev.sluice.transform.care.Ward.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.care.CareSettings.Orphans;
import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import dev.sluice.transform.sample.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExpiryTest {
  private static final SparkSession SPARK = LocalSpark.session();

  /** What a test writes is of now: later care comes long after. */
  private final Instant later = Instant.now().plus(Duration.ofDays(30));

  private final Ward ward = new Ward("lake");

  @AfterEach
  void dropTables() {
    ward.close();
  }

  @Test
  void oldSnapshotsGoWithTheirFilesAndWhatATagOrBranchStandsOnStays() {
    String table = ward.make("history", "'sluice.care.keep-snapshots'='1'");
    ward.load(table, FIRST, 2);
    SPARK.sql("ALTER TABLE " + table + " CREATE TAG kept");
    Row tagged = ward.rows(table);
    ward.load(table, FIRST.plusDays(1), 2);
    Set<String> tagless = ward.stored(table);
    SPARK.sql("DELETE FROM " + table + " WHERE _time >= '" + FIRST.plusDays(1) + "'");
    SPARK.sql("ALTER TABLE " + table + " CREATE BRANCH night");
    SPARK.sql("INSERT INTO " + table + ".branch_night VALUES (1, 'staged', now())");
    Row now = ward.rows(table);
    Row staged = ward.rows(table + ".branch_night");

    Cared cared = ward.care(later, table, Action.EXPIRE).get(0);

    assertThat(cared.ending()).as(cared.note()).isEqualTo(Ending.DONE);
    assertThat(cared.before()).isEqualTo(4);
    assertThat(cared.after()).isEqualTo(3);
    assertThat(cared.bytesSaved()).isPositive();
    assertThat(ward.rows(table)).isEqualTo(now);
    assertThat(ward.rows(table + " VERSION AS OF 'kept'")).isEqualTo(tagged);
    assertThat(ward.rows(table + ".branch_night")).isEqualTo(staged);
    Set<String> gone = new HashSet<>(tagless);
    gone.removeAll(ward.stored(table));
    assertThat(gone)
        .as("two data files of the second day, the manifest and the list that named them")
        .hasSize(4)
        .filteredOn(file -> file.contains("_time_day=" + FIRST.plusDays(1)))
        .hasSize(2);
  }

  @Test
  void ofATableThatIngestWritesTheNewestSnapshotThatSaysWhereTheLogStoodIsKept() {
    String table =
        ward.make("log", "'sluice.care.keep-snapshots'='1'", "'sluice.log.abc.0'='next=20'");
    ward.load(table, FIRST, 1);
    append(table, Map.of("sluice.standing", "abc.0=20"));
    long said = ward.table(table).currentSnapshot().snapshotId();
    ward.load(table, FIRST, 1);
    ward.load(table, FIRST, 1);

    assertThat(ward.care(later, table, Action.EXPIRE).get(0).ending()).isEqualTo(Ending.DONE);
    assertThat(ward.table(table).snapshot(said)).isNotNull();
    assertThat(ward.table(table).snapshots()).hasSize(3);
    assertThat(ward.table(table).properties()).containsEntry("sluice.log.abc.0", "next=20");
  }

  @Test
  void ofATableThatWasRolledBackUnderIngestNothingExpires() {
    String table =
        ward.make("back", "'sluice.care.keep-snapshots'='1'", "'sluice.log.abc.0'='next=20'");
    append(table, Map.of("sluice.standing", "abc.0=10"));
    long before = ward.table(table).currentSnapshot().snapshotId();
    append(table, Map.of("sluice.standing", "abc.0=20"));
    ward.table(table).manageSnapshots().rollbackTo(before).commit();

    Cared cared = ward.care(later, table, Action.EXPIRE).get(0);

    assertThat(cared.ending()).isEqualTo(Ending.LEFT);
    assertThat(ward.table(table).snapshots()).hasSize(2);
  }

  @Test
  void anOrphanIsToldThenNotedThenDeletedAfterASecondPeriodAndAYoungFileNever() throws Exception {
    String table = ward.make("littered");
    ward.load(table, FIRST, 2);
    SPARK.sql("ALTER TABLE " + table + " CREATE BRANCH night");
    SPARK.sql("INSERT INTO " + table + ".branch_night VALUES (1, 'staged', now())");
    Row rows = ward.rows(table);
    Set<String> named = ward.stored(table);
    Path folder = Ward.path(ward.table(table).location()).resolve("data/_time_day=2026-11-19");
    Path orphan = Files.writeString(folder.resolve("of-a-dead-worker.parquet"), "12345");
    Path young = Files.writeString(folder.resolve("of-a-running-writer.parquet"), "123");
    Files.setLastModifiedTime(young, FileTime.from(later));

    Cared told = orphans(later, Orphans.REPORT, table);
    assertThat(told.ending()).as(told.note()).isEqualTo(Ending.TOLD);
    assertThat(told.before()).isEqualTo(1);
    assertThat(orphans(later, Orphans.DELETE, table).after()).isEqualTo(1);
    assertThat(orphans(later.plus(Duration.ofDays(2)), Orphans.DELETE, table).after())
        .as("noted, and its period is not over")
        .isEqualTo(1);
    assertThat(orphan).exists();

    Cared deleted = orphans(later.plus(Duration.ofDays(3)), Orphans.DELETE, table);
    assertThat(deleted.bytesSaved()).isEqualTo(5);
    assertThat(orphan).doesNotExist();
    assertThat(young).exists();
    assertThat(ward.stored(table)).containsAll(named);
    assertThat(ward.rows(table)).isEqualTo(rows);
    assertThat(ward.rows(table + ".branch_night").getLong(0)).isEqualTo(21);
  }

  @Test
  void whereTwoTablesShareAPlaceNoFileIsAnOrphan() throws Exception {
    String outer = ward.make("outer");
    ward.load(outer, FIRST, 1);
    String inner = ward.make("inner");
    SPARK.sql(
        "ALTER TABLE "
            + inner
            + " SET TBLPROPERTIES ('write.data.path'='"
            + ward.table(outer).location()
            + "/data')");
    ward.load(inner, FIRST, 1);

    Cared cared = orphans(later, Orphans.DELETE, outer);

    assertThat(cared.ending()).isEqualTo(Ending.LEFT);
    assertThat(cared.note()).contains("shares").contains(inner);
  }

  private Cared orphans(Instant now, Orphans how, String table) {
    return ward.care(now, Policy.standard(), how, List.of(table), Set.of(Action.ORPHANS)).get(0);
  }

  private void append(String name, Map<String, String> summary) {
    Table table = ward.table(name);
    var append = table.newAppend();
    summary.forEach(append::set);
    append.commit();
  }
}
