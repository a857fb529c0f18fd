package dev.sluice.transform.cli;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.sample.Command;
import dev.sluice.transform.sample.LakeProcess;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.PlainSubjects;
import dev.sluice.transform.sample.RandomDays;
import dev.sluice.transform.sample.RawEvent;
import dev.sluice.transform.sample.StandaloneSpark;
import dev.sluice.transform.subject.Subjects;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A night on a master and two workers, each a process; its tables lie in a real lake. */
@Timeout(value = 9, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClusterNightTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 19);
  private static final String JOBS = "sessions,transactions,buyers,page_views";
  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private static Path data;
  @TempDir private static Path work;
  private static LakeProcess lake;
  private static StandaloneSpark cluster;

  private final List<RawEvent> events = new RandomDays(13, DAY.minusDays(1), 3).events();

  @BeforeAll
  static void startLakeAndCluster() throws Exception {
    lake = LakeProcess.start(data);
    lake.mount(SPARK, "cluster");
    cluster = StandaloneSpark.start(work);
  }

  @AfterAll
  static void stopAll() throws Exception {
    cluster.close();
    lake.close();
  }

  @Test
  void aNightOnTwoWorkersMakesTheSameRowsAlsoWhenAnExecutorIsKilled() throws Exception {
    SPARK.sql(
        "CREATE TABLE cluster.raw.app_events ("
            + RawEvent.COLUMNS
            + ") USING iceberg PARTITIONED BY (days(_time))");
    RawEvent.rows(SPARK, events).coalesce(1).writeTo("cluster.raw.app_events").append();
    String project = NewProjectTest.built(work.resolve("shop")).toString();

    CompletableFuture<Command> night = CompletableFuture.supplyAsync(() -> night(project));
    // Rows for another stage are written: what dies now has done work that is lost with it.
    while (!cluster.shuffled()) {
      assertThat(night).as("ended before an executor could be killed").isNotDone();
      Thread.onSpinWait();
    }
    assertThat(cluster.running()).isNotEmpty();
    cluster.running().get(0).destroyForcibly();
    Command done = night.get();

    assertThat(done.err()).isEmpty();
    assertThat(done.exit()).isZero();
    assertTablesArePlain();
    assertThat(SPARK.table("cluster.gold.buyers").count())
        .as("a project's Java job")
        .isEqualTo(different("purchase", "user_id"));
    assertThat(SPARK.table("cluster.gold.page_views").count())
        .as("a project's SQL job")
        .isEqualTo(different("view", "page"));
    assertTheDayIsNotPlannedAgain(project);
    assertThat(cluster.executors())
        .as("one of each worker, and one in the place of the killed one")
        .hasSizeGreaterThanOrEqualTo(3);
  }

  private Command night(String project) {
    return Command.etl(
        Clock.systemUTC(),
        "nightly",
        "--data",
        data.toString(),
        "--date",
        DAY.toString(),
        "--project",
        project,
        "--jobs",
        JOBS,
        "--master",
        cluster.master(),
        "--memory",
        "640m",
        "--patience",
        "8",
        "--conf",
        "spark.executor.extraJavaOptions=-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
  }

  private static void assertTheDayIsNotPlannedAgain(String project) throws Exception {
    Clock later = Clock.fixed(DAY.plusDays(2).atTime(3, 0).toInstant(UTC), UTC);
    Command plan =
        Command.etl(
            later,
            "plan",
            "--project",
            project,
            "--jobs",
            JOBS,
            "--format",
            "json",
            "--data",
            data.toString());
    assertThat(new ObjectMapper().readTree(plan.out()).path("steps").findValuesAsText("day"))
        .contains(DAY.minusDays(1).toString())
        .doesNotContain(DAY.toString());
  }

  /** How many different users or pages the day's events of a type have. */
  private static long different(String type, String column) {
    return SPARK
        .sql(
            "SELECT DISTINCT %s FROM cluster.raw.app_events WHERE type = '%s' AND %s IS NOT NULL"
                    .formatted(column, type, column)
                + " AND to_date(_time) = DATE '%s'".formatted(DAY))
        .count();
  }

  private void assertTablesArePlain() {
    PlainSubjects plain = new PlainSubjects(events);
    Map<String, Map<LocalDate, Set<String>>> expected =
        Map.of("sessions", plain.sessions(), "transactions", plain.transactions());
    Subjects.nightly().stream()
        .map(Job::writes)
        .filter(shape -> expected.containsKey(shape.name().table()))
        .forEach(
            shape -> {
              String table = shape.name().table();
              assertThat(LocalSpark.texts(SPARK.table("cluster.gold." + table), shape))
                  .as(table)
                  .containsExactlyInAnyOrderElementsOf(
                      expected.get(table).getOrDefault(DAY, Set.of()));
            });
  }
}
