package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.plan.Attempt;
import dev.sluice.transform.plan.Plan;
import dev.sluice.transform.report.Progress;
import dev.sluice.transform.sample.CountedDays;
import dev.sluice.transform.sample.LocalSpark;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.spark.Spark3Util;
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
  private final Job counts =
      new CountedDays(Read.around(RAW, 1, 0), COUNTS, "to_date(_time)", "counts");

  private final Job sums = new CountedDays(Read.day(COUNTS), SUMS, "day", "sums");
  private List<Job> jobs = List.of(counts, sums);
  private int runs;

  @BeforeEach
  void fiveDaysOfEvents() {
    dropTables();
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.raw");
    spark.sql(
        "CREATE TABLE "
            + RAW
            + " (id BIGINT, _time TIMESTAMP) USING iceberg PARTITIONED BY (days(_time))");
    insert("2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21");
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
  void everyClosedDayIsMadeOnceAndThenNothingIsStale() {
    assertThat(plan())
        .containsExactly(
            "planned_counts 2026-11-17 never made",
            "planned_counts 2026-11-18 never made",
            "planned_counts 2026-11-19 never made",
            "planned_counts 2026-11-20 never made",
            "planned_sums 2026-11-17 never made",
            "planned_sums 2026-11-18 never made",
            "planned_sums 2026-11-19 never made",
            "planned_sums 2026-11-20 never made");
    night();

    assertThat(plan()).isEmpty();
    assertThat(spark.table(SUMS.toString()).count()).isEqualTo(4);
    List<Attempt> ledger = agenda().ledger().read().attempts();
    assertThat(ledger).hasSize(8).allMatch(made -> made.status() == Attempt.Status.OK);
    assertThat(ledger.get(0).inputs())
        .singleElement()
        .satisfies(input -> assertThat(input.table()).isEqualTo(RAW));
  }

  @Test
  void lateRowsMakeTheirDaysStaleAndThoseThatReadThemAndNoOthers() {
    night();
    insert("2026-11-18", "2026-11-17", "2026-11-21");

    String late = "new rows in lake.raw.planned_events of ";
    assertThat(plan())
        .containsExactly(
            "planned_counts 2026-11-17 " + late + "2026-11-17",
            "planned_counts 2026-11-18 " + late + "2026-11-17 to 2026-11-18",
            "planned_counts 2026-11-19 " + late + "2026-11-18",
            "planned_sums 2026-11-17 lake.gold.planned_counts is remade for 2026-11-17",
            "planned_sums 2026-11-18 lake.gold.planned_counts is remade for 2026-11-18",
            "planned_sums 2026-11-19 lake.gold.planned_counts is remade for 2026-11-19");
    night();

    assertThat(plan()).isEmpty();
    assertThat(spark.sql("SELECT counted FROM " + COUNTS + " ORDER BY day").collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(2L, 4L, 3L, 2L);
    assertThat(agenda().ledger().read().attempts())
        .filteredOn(made -> made.table().equals(COUNTS) && made.run().equals("run-1"))
        .allSatisfy(made -> assertThat(made.inputs().get(0).decided()).isEqualTo("snapshots"));
  }

  @Test
  void filesPutTogetherTouchNoDayEvenWhenTheSnapshotsInBetweenAreExpired() {
    insert("2026-11-18", "2026-11-19");
    night();
    spark.sql(
        "CALL lake.system.rewrite_data_files(table => 'raw.planned_events',"
            + " options => map('rewrite-all', 'true'))");
    assertThat(plan()).isEmpty();

    expire(RAW);
    assertThat(plan()).isEmpty();

    insert("2026-11-19");
    expire(RAW);
    assertThat(plan())
        .first()
        .isEqualTo("planned_counts 2026-11-19 new rows in lake.raw.planned_events of 2026-11-19");
    assertThat(plan()).hasSize(4);
  }

  @Test
  void withoutSnapshotsAndFingerprintsOfThenAllDaysAreStale() {
    night();
    insert("2026-11-19");
    expire(RAW);
    spark.sql("DROP TABLE lake.ops.run_inputs PURGE");

    assertThat(plan())
        .filteredOn(step -> step.startsWith("planned_counts"))
        .hasSize(4)
        .allMatch(step -> step.endsWith("changed: its snapshots from then are expired"));
  }

  @Test
  void aJobThatChangedMakesItsDaysAgainAndThoseAfterIt() {
    night();
    jobs =
        List.of(new CountedDays(Read.around(RAW, 1, 0), COUNTS, "to_date(_time)", "other"), sums);

    assertThat(plan())
        .hasSize(8)
        .contains("planned_counts 2026-11-20 the job changed")
        .contains("planned_sums 2026-11-20 lake.gold.planned_counts is remade for 2026-11-20");
  }

  @Test
  void aFailedDayIsTriedAgainByItselfAndByRetry() {
    night();
    insert("2026-11-20");
    jobs = List.of(counts, new CountedDays(Read.day(COUNTS), SUMS, "day", "broken"));
    assertThatThrownBy(this::night)
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it is broken");
    jobs = List.of(counts, sums);

    assertThat(plan("--retry", "run-1"))
        .isNotEmpty()
        .allMatch(step -> step.contains("failed in run-1"));
    assertThat(plan()).anyMatch(step -> step.contains("planned_sums") && step.contains("failed"));
    spend("--retry", "run-1");
    assertThat(plan("--retry", "run-1")).isEmpty();
    assertThat(spark.table(SUMS.toString()).count()).isEqualTo(4);
  }

  @Test
  void aRunThatDiedBeforeItWroteTheLedgerIsRunAgainWithTheSameRows() {
    night();
    String before = spark.table(COUNTS.toString()).collectAsList().toString();
    spark.sql("DELETE FROM lake.ops.runs");
    night();

    assertThat(spark.table(COUNTS.toString()).orderBy("day").collectAsList())
        .hasToString(before.isEmpty() ? "" : sorted(before));
    assertThat(plan()).isEmpty();
  }

  @Test
  void daysOfABackfillRunSideBySideAndLeaveNothingStale() {
    spend("--from", "2026-11-17", "--to", "2026-11-20", "--parallel", "2");

    assertThat(plan()).isEmpty();
    assertThat(said).filteredOn(Progress.Written.class::isInstance).hasSize(8);
    spend("--from", "2026-11-17", "--to", "2026-11-20", "--parallel", "2");
    assertThat(said).filteredOn(Progress.Written.class::isInstance).hasSize(8);
    spend("--from", "2026-11-18", "--to", "2026-11-18", "--force", "--jobs", "planned_sums");
    assertThat(said).filteredOn(Progress.Written.class::isInstance).hasSize(9);
  }

  @Test
  void whatAStepReadsIsWhatAScanOfItsDaysPlans() {
    Plan plan = agenda().plan(NightWords.of(List.of("--date", "2026-11-18")), NOW);

    long bytes =
        spark
            .sql(
                "SELECT sum(file_size_in_bytes) FROM "
                    + RAW
                    + ".files WHERE partition._time_day BETWEEN DATE'2026-11-17' AND"
                    + " DATE'2026-11-18'")
            .first()
            .getLong(0);
    assertThat(plan.steps().get(0).reads().bytes()).isEqualTo(bytes);
    assertThat(plan.steps().get(0).reads().files()).isEqualTo(2);
  }

  private static String sorted(String rows) {
    List<String> all = new ArrayList<>(List.of(rows.substring(1, rows.length() - 1).split(", ")));
    all.sort(null);
    return all.toString();
  }

  private void insert(String... days) {
    StringBuilder values = new StringBuilder();
    for (String day : days) {
      values.append(values.isEmpty() ? "" : ", ");
      values.append("(1, TIMESTAMP'").append(LocalDate.parse(day)).append(" 12:00:00')");
    }
    spark.sql("INSERT INTO " + RAW + " VALUES " + values);
  }

  private void expire(TableName table) {
    spark.sql(
        "CALL lake.system.expire_snapshots(table => '"
            + table.namespace()
            + "."
            + table.table()
            + "', older_than => TIMESTAMP'2100-01-01 00:00:00', retain_last => 1)");
  }

  private Agenda agenda() {
    return new Agenda(catalog, jobs);
  }

  private List<String> plan(String... words) {
    return agenda().plan(NightWords.of(List.of(words)), NOW).steps().stream()
        .map(step -> step.table().table() + " " + step.day() + " " + step.why())
        .toList();
  }

  private void night() {
    spend();
  }

  private void spend(String... words) {
    String run = "run-" + runs++;
    Instant now = NOW.plusSeconds(600L * runs);
    new Evening(spark, agenda(), () -> now, said::add).spend(NightWords.of(List.of(words)), run);
  }
}
