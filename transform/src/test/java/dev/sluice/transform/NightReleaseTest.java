package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Task;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.report.Progress;
import dev.sluice.transform.sample.GivenJob;
import dev.sluice.transform.sample.LocalSpark;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a night leaves, on a catalog that commits to one table at a time. */
class NightReleaseTest {
  private static final LocalDate DAY = LocalDate.of(2024, 2, 29);
  private static final List<String> TABLES =
      List.of("gold.alpha", "gold.beta", "ops.checks", "ops.check_failures");

  private final SparkSession spark = LocalSpark.session();
  private final List<Progress> said = new ArrayList<>();
  private int runs;

  @BeforeEach
  @AfterEach
  void dropTables() {
    TABLES.forEach(table -> spark.sql("DROP TABLE IF EXISTS lake." + table + " PURGE"));
  }

  @Test
  void aTableMadeWholeAndOneMergedByKeysHoldWhatTheirRowsSay() {
    GivenJob whole = alpha("a=1", "b=2").shaped(new Materialization.Whole());
    GivenJob merged = beta("a=1", "b=2").shaped(new Materialization.Merge(List.of("key")));
    assertPublished(run(DAY, whole, merged));
    whole = alpha("b=3", "c=4").shaped(new Materialization.Whole());
    merged = beta("b=3", "c=4").shaped(new Materialization.Merge(List.of("key")));
    List<Outcome> outcomes = run(DAY.plusDays(1), whole, merged);

    assertPublished(outcomes);
    assertThat(rows("alpha")).containsExactlyInAnyOrder("2024-03-01 b=3", "2024-03-01 c=4");
    assertThat(rows("beta"))
        .containsExactlyInAnyOrder("2024-02-29 a=1", "2024-03-01 b=3", "2024-03-01 c=4");
    assertThat(outcomes).extracting(Outcome::rows).containsExactly(2L, 2L);
    assertThat(
            count(
                "SELECT * FROM lake.gold.beta.snapshots WHERE summary['sluice.run'] = 'run-1'"
                    + " AND summary['sluice.day'] = '2024-03-01'"))
        .isEqualTo(1);
  }

  @Test
  void mergedRowsThatHaveAKeyTwiceAreRefusedAlsoWhereTheJobOnlyWarnsOfThem() {
    GivenJob twice = beta("a=1", "a=2").shaped(new Materialization.Merge(List.of("key")));
    for (GivenJob job : List.of(twice, twice.checking(Check.unique("key").warns()))) {
      assertThat(run(DAY, job))
          .singleElement()
          .satisfies(outcome -> assertThat(outcome.why().orElseThrow()).contains("unique(key)"));
    }
  }

  @Test
  void aMergeOfNoRowsIsPublished() {
    Materialization byKey = new Materialization.Merge(List.of("key"));
    assertPublished(run(DAY, beta("a=1").shaped(byKey)));
    assertPublished(run(DAY, beta().shaped(byKey)));

    assertThat(rows("beta")).containsExactly("2024-02-29 a=1");
  }

  @Test
  void aNewColumnIsAddedAWiderOneWidenedAndAnyOtherChangeRefused() {
    assertPublished(run(DAY, alpha("a=1")));
    spark.sql("ALTER TABLE lake.gold.alpha ADD COLUMN old STRING");
    spark.sql("ALTER TABLE lake.gold.alpha DROP COLUMN value");
    spark.sql("ALTER TABLE lake.gold.alpha ADD COLUMN value INT");
    assertPublished(run(DAY, alpha("a=2")));
    spark.sql("ALTER TABLE lake.gold.alpha DROP COLUMN value");
    assertPublished(run(DAY.plusDays(1), alpha("b=3")));

    assertThat(rows("alpha")).containsExactlyInAnyOrder("2024-02-29 a=null", "2024-03-01 b=3");
    spark.sql("ALTER TABLE lake.gold.alpha DROP COLUMN value");
    spark.sql("ALTER TABLE lake.gold.alpha ADD COLUMN value STRING");
    assertThat(run(DAY, alpha("a=1")).get(0).result())
        .isEqualTo(
            new Outcome.Failed(
                "column value of lake.gold.alpha is string and cannot become bigint;"
                    + " give the new column another name"));
  }

  @Test
  void rowsOfAnotherDayAreRefused() {
    GivenJob wrong =
        new GivenJob(
            GivenJob.daily("alpha"),
            List.of(),
            List.of(),
            (day, tables) -> GivenJob.rows(spark, day.plusDays(3), "a=1"));

    assertThat(run(DAY, wrong).get(0).why().orElseThrow())
        .isEqualTo(
            "the job of lake.gold.alpha made rows of [2024-03-03] when asked for 2024-02-29");
    assertThat(rows("alpha")).isEmpty();
    assertThat(refs("alpha")).isEmpty();
  }

  @Test
  void rowsWithoutADayAreRefused() {
    GivenJob wrong =
        new GivenJob(
            GivenJob.daily("alpha"),
            List.of(),
            List.of(),
            (day, tables) ->
                GivenJob.rows(spark, day, "a=1", "b=2")
                    .selectExpr("IF(key = 'b', NULL, day) AS day", "key", "value"));

    assertThat(run(DAY, wrong).get(0).why().orElseThrow())
        .isEqualTo("the job of lake.gold.alpha made rows without a day");
    assertThat(rows("alpha")).isEmpty();
  }

  @Test
  void aFailedCheckLeavesEveryTableAsItWasAndTellsWhichRowsFailed() {
    assertPublished(run(DAY, alpha("a=1"), beta("a=1")));
    List<Outcome> outcomes =
        run(
            DAY,
            alpha("a=2").checking(Check.notNull("key")),
            beta("a=2", "b=-1", "c=-2").checking(Check.holds("positive", "value > 0")),
            beta("d=1"));

    assertThat(outcomes)
        .extracting(outcome -> outcome.result().getClass().getSimpleName())
        .containsExactly("Held", "Failed", "Held");
    assertThat(outcomes.get(1).why().orElseThrow())
        .startsWith(
            "lake.gold.beta of 2024-02-29 is not published: positive: 2 of 3 rows break it,"
                + " such as {\"day\":\"2024-02-29\",\"key\":\"");
    assertThat(rows("alpha")).containsExactly("2024-02-29 a=1");
    assertThat(rows("beta")).containsExactly("2024-02-29 a=1");
    assertThat(refs("alpha")).containsExactly("main");
    assertThat(refs("beta")).containsExactly("main");
    assertThat(texts("SELECT row_json FROM lake.ops.check_failures WHERE run = 'run-1'"))
        .containsExactlyInAnyOrder(
            "{\"day\":\"2024-02-29\",\"key\":\"b\",\"value\":-1}",
            "{\"day\":\"2024-02-29\",\"key\":\"c\",\"value\":-2}");
    assertThat(
            texts(
                "SELECT concat_ws(' ', table_name, check_name, severity, passed, published, value)"
                    + " FROM lake.ops.checks"))
        .containsExactlyInAnyOrder(
            "lake.gold.alpha not_null(key) error true false 0.0",
            "lake.gold.beta positive error false false 2.0");
  }

  @Test
  void aBreachThatOnlyWarnsIsPublishedAndTold() {
    assertPublished(run(DAY, alpha("a=-1").checking(Check.holds("positive", "value > 0").warns())));

    assertThat(rows("alpha")).containsExactly("2024-02-29 a=-1");
    assertThat(said)
        .contains(
            new Progress.Checked(
                "lake.gold.alpha", DAY, 0, List.of("positive: 1 of 1 rows break it"), List.of()));
    assertThat(table("alpha").properties().get("sluice.checks"))
        .isEqualTo(
            "{\"run\":\"run-0\",\"days\":[\"2024-02-29\"],\"passed\":0,"
                + "\"warned\":[\"positive of 2024-02-29: 1 of 1 rows break it\"]}");
  }

  @Test
  void laterJobsReadWhatIsStagedAndTheRestIsPinned() {
    assertPublished(run(DAY, alpha("a=1")));
    GivenJob copy =
        new GivenJob(
                GivenJob.daily("beta"),
                List.of(),
                List.of(),
                (day, tables) ->
                    tables.read(alpha().writes().name()).where("day = DATE'" + day + "'"))
            .reading(alpha().writes().name());
    List<Outcome> outcomes = run(DAY, alpha("a=2").after(() -> {}), copy);

    assertPublished(outcomes);
    assertThat(rows("beta")).containsExactly("2024-02-29 a=2");
    assertThat(outcomes.get(1).inputs())
        .containsOnly(
            Map.entry(
                alpha().writes().name(),
                ((Outcome.Published) outcomes.get(0).result()).snapshot()));
  }

  @Test
  void aNightStandsOnTopOfOtherDaysAndOfCompactionThatCameMeanwhile() {
    assertPublished(run(DAY.minusDays(1), alpha("z=0")));
    assertPublished(run(DAY, alpha("a=1")));
    List<Outcome> outcomes =
        run(
            DAY,
            alpha("a=2", "b=2"),
            beta("x=1")
                .after(
                    () -> {
                      assertPublished(run(DAY.plusDays(1), alpha("c=3")));
                      assertPublished(run(DAY.minusDays(1), alpha("z=9")));
                      spark.sql(
                          "CALL lake.system.rewrite_data_files(table => 'gold.alpha',"
                              + " options => map('rewrite-all', 'true'))");
                    }));

    assertPublished(outcomes);
    assertThat(rows("alpha"))
        .containsExactlyInAnyOrder(
            "2024-02-28 z=9", "2024-02-29 a=2", "2024-02-29 b=2", "2024-03-01 c=3");
    assertThat(((Outcome.Published) outcomes.get(0).result()).snapshot())
        .isEqualTo(table("alpha").currentSnapshot().snapshotId());
    assertThat(table("alpha").currentSnapshot().summary()).containsEntry("sluice.day", "" + DAY);
    assertThat(refs("alpha")).containsExactly("main");
  }

  @Test
  void theSameDayPublishedMeanwhileIsNotOverwrittenAndReadersComeBeforeParents() {
    assertPublished(run(DAY, alpha("a=1")));
    List<Outcome> outcomes =
        run(DAY, alpha("a=2"), beta("x=1").after(() -> assertPublished(run(DAY, alpha("a=3")))));

    assertThat(outcomes.get(0).result())
        .isEqualTo(
            new Outcome.Failed(
                "lake.gold.alpha of 2024-02-29 was changed by run run-2 while this run worked;"
                    + " run it again"));
    assertThat(outcomes.get(1).result()).isInstanceOf(Outcome.Published.class);
    assertThat(rows("alpha")).containsExactly("2024-02-29 a=3");
    assertThat(refs("alpha")).containsExactly("main");
  }

  @Test
  void branchesOfTheDeadAreDroppedAndThoseOfTheLivingStay() throws Exception {
    assertPublished(run(DAY, alpha("a=1")));
    String mine = String.valueOf(ProcessHandle.current().pid());
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    List<String> own = new ArrayList<>();
    run(DAY, alpha("a=1"), beta("x=1").after(() -> own.addAll(refs("alpha"))));
    String ours = own.stream().filter(name -> name.startsWith("night_")).findFirst().orElseThrow();
    String now = ours.split("_", -1)[1];
    String here = ours.split("_", -1)[2];
    long old = Long.parseLong(now) - 49L * 3_600_000;
    List<String> dead =
        List.of(
            "night_" + now + "_" + here + "_" + ended.pid() + "_killed",
            "night_" + old + "_elsewhere_" + mine + "_forgotten",
            "night_"
                + Instant.ofEpochSecond(1_600_000_000).toEpochMilli()
                + "_"
                + here
                + "_"
                + mine
                + "_before-this-process");
    List<String> living =
        List.of(
            "night_" + now + "_" + here + "_" + mine + "_works",
            "night_" + now + "_elsewhere_" + ended.pid() + "_works",
            "somebody-elses");
    for (String name : dead) {
      spark.sql("ALTER TABLE lake.gold.alpha CREATE BRANCH `" + name + "`");
    }
    for (String name : living) {
      spark.sql("ALTER TABLE lake.gold.alpha CREATE BRANCH `" + name + "`");
    }
    assertPublished(run(DAY, alpha("a=2")));

    assertThat(refs("alpha"))
        .contains("main")
        .containsAll(living)
        .doesNotContainAnyElementsOf(dead);
  }

  private GivenJob alpha(String... words) {
    return GivenJob.making(spark, GivenJob.daily("alpha"), words);
  }

  private GivenJob beta(String... words) {
    return GivenJob.making(spark, GivenJob.daily("beta"), words);
  }

  private List<Outcome> run(LocalDate day, Job... jobs) {
    List<Task> tasks = Arrays.stream(jobs).map(job -> new Task(job, day)).toList();
    return new Night(spark, said::add).run(tasks, "run-" + runs++);
  }

  private static void assertPublished(List<Outcome> outcomes) {
    assertThat(outcomes)
        .allSatisfy(outcome -> assertThat(outcome.result()).isInstanceOf(Outcome.Published.class));
  }

  private List<String> rows(String table) {
    return texts(
        "SELECT concat(day, ' ', key, '=', coalesce(CAST(value AS STRING), 'null')) FROM lake.gold."
            + table);
  }

  private List<String> texts(String sql) {
    return spark.sql(sql).collectAsList().stream().map(row -> row.getString(0)).toList();
  }

  private long count(String sql) {
    return spark.sql(sql).count();
  }

  private Set<String> refs(String table) {
    return Set.copyOf(table(table).refs().keySet());
  }

  private Table table(String name) {
    try {
      Table table = Spark3Util.loadIcebergTable(spark, "lake.gold." + name);
      table.refresh();
      return table;
    } catch (Exception missing) {
      throw new AssertionError(missing);
    }
  }
}
