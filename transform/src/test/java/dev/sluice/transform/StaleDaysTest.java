package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.lineage.DeclaredLineage;
import dev.sluice.transform.plan.Attempt;
import dev.sluice.transform.plan.Plan;
import dev.sluice.transform.plan.Volume;
import dev.sluice.transform.project.Projects;
import dev.sluice.transform.report.Progress;
import dev.sluice.transform.sample.CountedDays;
import dev.sluice.transform.sample.LocalSpark;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which days are stale, and why, on tables as Spark and Iceberg make them. */
class StaleDaysTest {
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");
  private static final TableName RAW = new TableName("raw", "planned_events");
  private static final TableName COUNTS = new TableName("gold", "planned_counts");
  private static final TableName SUMS = new TableName("gold", "planned_sums");

  private final SparkSession spark = LocalSpark.session();
  private final Catalog catalog = Spark3Util.loadIcebergCatalog(spark, TableName.CATALOG);
  private final List<Progress> said = new ArrayList<>();

  /** Counts a day and the one before, and after those how many counts there are. */
  private final Job counts = counted("counts");

  private final Job sums = new CountedDays(Read.day(COUNTS), SUMS, "day", "sums");
  private List<Job> jobs = List.of(counts, sums);
  private int runs;

  @BeforeEach
  void fourDaysOfEvents() {
    dropTables();
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.raw");
    spark.sql(
        "CREATE TABLE "
            + RAW
            + " (id BIGINT, _time TIMESTAMP) USING iceberg PARTITIONED BY (days(_time))");
    insert("2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21");
  }

  @AfterEach
  void dropTables() {
    for (String table :
        List.of(RAW.toString(), COUNTS.toString(), SUMS.toString(), "lake.ops.runs")) {
      spark.sql("DROP TABLE IF EXISTS " + table + " PURGE");
    }
    spark.sql("DROP TABLE IF EXISTS lake.ops.run_inputs PURGE");
  }

  @Test
  void lateRowsMakeTheirDaysStaleAndThoseThatReadThemAndNoOthers() {
    assertThat(plan())
        .containsExactly(
            "planned_counts 2026-11-18 never made",
            "planned_counts 2026-11-19 never made",
            "planned_counts 2026-11-20 never made",
            "planned_sums 2026-11-18 never made",
            "planned_sums 2026-11-19 never made",
            "planned_sums 2026-11-20 never made");
    spend();
    assertThat(plan()).isEmpty();

    insert("2026-11-18", "2026-11-18", "2026-11-21");
    String late = "new rows in lake.raw.planned_events of 2026-11-18";
    assertThat(plan())
        .containsExactly(
            "planned_counts 2026-11-18 " + late,
            "planned_counts 2026-11-19 " + late,
            "planned_sums 2026-11-18 lake.gold.planned_counts is remade for 2026-11-18",
            "planned_sums 2026-11-19 lake.gold.planned_counts is remade for 2026-11-19");
    spend();

    assertThat(plan()).isEmpty();
    spark.sql("DROP TABLE " + SUMS + " PURGE");
    assertThat(plan()).hasSize(3).contains("planned_sums 2026-11-20 never made");
    spend();
    assertThat(spark.sql("SELECT counted FROM " + COUNTS + " ORDER BY day").collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(3L, 4L, 2L);
    assertThat(agenda().ledger().read().attempts())
        .hasSize(13)
        .allMatch(made -> made.status() == Attempt.Status.OK)
        .filteredOn(made -> made.table().equals(COUNTS) && made.run().equals("run-1"))
        .allSatisfy(made -> assertThat(made.inputs().get(0).decided()).isEqualTo("snapshots"));
    jobs = List.of(counted("other"), sums);
    assertThat(plan())
        .hasSize(6)
        .contains("planned_counts 2026-11-20 the job changed")
        .contains("planned_sums 2026-11-20 lake.gold.planned_counts is remade for 2026-11-20");
  }

  @Test
  void filesPutTogetherTouchNoDayEvenWhenTheSnapshotsInBetweenAreExpired() {
    jobs = List.of(counts);
    insert("2026-11-18", "2026-11-19");
    spend();
    spark.sql(
        "CALL lake.system.rewrite_data_files(table => 'raw.planned_events',"
            + " options => map('rewrite-all', 'true'))");
    assertThat(plan()).isEmpty();
    insert("2026-11-21");
    expire(RAW);
    assertThat(plan()).isEmpty();

    insert("2026-11-20");
    expire(RAW);
    assertThat(plan())
        .containsExactly(
            "planned_counts 2026-11-20 new rows in lake.raw.planned_events of 2026-11-20");

    spark.sql("DROP TABLE lake.ops.run_inputs PURGE");
    assertThat(plan())
        .hasSize(3)
        .allMatch(step -> step.endsWith("changed: its snapshots from then are expired"));
  }

  @Test
  void aFailedDayIsTriedAgainByItselfAndByRetry() {
    String[] day = {"--from", "2026-11-20", "--to", "2026-11-20"};
    jobs = List.of(counts, new CountedDays(Read.day(COUNTS), SUMS, "day", "broken"));
    assertThatThrownBy(() -> spend(day))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it is broken");
    jobs = List.of(counts, sums);

    String failed = "planned_sums 2026-11-20 failed in run-0: ";
    assertThat(plan("--retry", "run-0")).singleElement().asString().startsWith(failed);
    assertThat(plan(day)).singleElement().asString().startsWith(failed);
    spend("--retry", "run-0");
    assertThat(plan("--retry", "run-0")).isEmpty();
    assertThat(plan(day)).isEmpty();
    assertThatThrownBy(() -> plan("--retry", "run-9"))
        .hasMessage("the ledger knows no run run-9; see: ./sluice etl runs");
  }

  @Test
  void aFailedBackfillIsTriedAgainWithTheTablesThatItDidNotBegin() {
    String[] days = {"--from", "2026-11-19", "--to", "2026-11-20"};
    jobs = List.of(counted("broken"), sums);
    assertThatThrownBy(() -> spend(days)).hasMessageContaining("it is broken");
    jobs = List.of(counts, sums);

    String left = "failed in run-0: not made, because lake.gold.planned_counts failed";
    assertThat(plan("--retry", "run-0"))
        .hasSize(4)
        .contains("planned_sums 2026-11-19 " + left, "planned_sums 2026-11-20 " + left);
    spend("--retry", "run-0");
    assertThat(plan(days)).isEmpty();
    jobs = List.of(counts);
    assertThatThrownBy(() -> plan("--retry", "run-0"))
        .hasMessage(
            "run-0 made lake.gold.planned_sums, which no job here makes; name its --project");
  }

  @Test
  void onlyASnapshotThatWhatIsShownIsBuiltOnStandsForAnInput() {
    spark.sql("ALTER TABLE " + RAW + " CREATE BRANCH aside");
    spark.sql("INSERT INTO lake.raw.planned_events.branch_aside VALUES (2, now())");
    Table table = catalog.loadTable(TableIdentifier.of(RAW.namespace(), RAW.table()));
    table.refresh();
    long first = table.currentSnapshot().snapshotId();
    insert("2026-11-20");

    assertThat(agenda().tables().version(RAW, first)).isPresent();
    assertThat(agenda().tables().version(RAW, table.refs().get("aside").snapshotId())).isEmpty();
  }

  @Test
  void aRunThatDiedBeforeItWroteTheLedgerIsRunAgainWithTheSameRows() {
    spend("--date", "2026-11-20");
    List<Row> before = spark.table(COUNTS.toString()).collectAsList();
    spark.sql("DELETE FROM lake.ops.runs");
    assertThat(plan("--from", "2026-11-20", "--to", "2026-11-20"))
        .containsExactly(
            "planned_counts 2026-11-20 never made", "planned_sums 2026-11-20 never made");
    spend("--date", "2026-11-20");

    assertThat(spark.table(COUNTS.toString()).collectAsList()).isEqualTo(before);
    assertThat(plan("--from", "2026-11-20", "--to", "2026-11-20")).isEmpty();
  }

  @Test
  void daysOfABackfillRunSideBySideAndLeaveNothingStale() {
    String[] days = {"--from", "2026-11-19", "--to", "2026-11-20", "--parallel", "2"};
    spend(days);
    assertThat(plan("--from", "2026-11-19", "--to", "2026-11-20")).isEmpty();
    assertThat(said).filteredOn(Progress.Written.class::isInstance).hasSize(4);
    spend(days);
    assertThat(said).filteredOn(Progress.Written.class::isInstance).hasSize(4);
    spend("--from", "2026-11-20", "--to", "2026-11-20", "--force", "--jobs", "planned_sums");
    assertThat(said).filteredOn(Progress.Written.class::isInstance).hasSize(5);
  }

  @Test
  void whatAStepReadsIsWhatAScanOfItsDaysPlans() {
    Plan plan = agenda().plan(NightWords.of(List.of("--date", "2026-11-19")), NOW);

    long bytes =
        spark
            .sql(
                "SELECT sum(file_size_in_bytes) FROM "
                    + RAW
                    + ".files WHERE partition._time_day BETWEEN DATE'2026-11-18' AND"
                    + " DATE'2026-11-19'")
            .first()
            .getLong(0);
    assertThat(plan.steps().get(0).reads()).isEqualTo(new Volume(2, bytes));
  }

  @Test
  void aNightWithoutAnyOfItsTablesFailsInOneLineAndOneWithoutSomeDoesNot() {
    jobs = List.of(new CountedDays(Read.day(new TableName("raw", "nothing")), SUMS, "day", "sums"));
    assertThatThrownBy(this::spend)
        .isInstanceOf(JobFailure.class)
        .hasMessage(
            "there is no table lake.raw.nothing;"
                + " it is made when the first events of its stream arrive");
    jobs = List.of(counts, jobs.get(0));
    spend("--date", "2026-11-20");

    assertThat(said)
        .contains(new Progress.Skipped(SUMS.toString(), "there is no table lake.raw.nothing"))
        .filteredOn(Progress.Written.class::isInstance)
        .hasSize(1);
  }

  private static Job counted(String text) {
    return new CountedDays(Read.around(RAW, 1, 0), COUNTS, "to_date(_time)", text);
  }

  private void insert(String... days) {
    StringBuilder values = new StringBuilder();
    for (String day : days) {
      values.append(values.isEmpty() ? "" : ", ");
      values.append("(1, TIMESTAMP'").append(LocalDate.parse(day)).append(" 12:00:00')");
    }
    spark.sql("INSERT INTO " + RAW + " VALUES " + values);
  }

  private void expire(TableName name) {
    Table table = catalog.loadTable(TableIdentifier.of(name.namespace(), name.table()));
    table.refresh();
    table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    spark.catalog().refreshTable(name.toString());
  }

  private Agenda agenda() {
    return new Agenda(catalog, Projects.of(jobs));
  }

  private List<String> plan(String... words) {
    return agenda().plan(NightWords.of(List.of(words)), NOW).steps().stream()
        .map(step -> step.table().table() + " " + step.day() + " " + step.why())
        .toList();
  }

  private void spend(String... words) {
    String run = "run-" + runs++;
    Instant now = NOW.plusSeconds(600L * runs);
    new Evening(spark, agenda(), () -> now, DeclaredLineage.untold(), said::add)
        .spend(NightWords.of(List.of(words)), run);
  }
}
