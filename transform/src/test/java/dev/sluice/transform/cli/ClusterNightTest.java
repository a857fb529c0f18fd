package dev.sluice.transform.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

    CompletableFuture<Command> night = CompletableFuture.supplyAsync(this::night);
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
    assertThat(cluster.executors())
        .as("one of each worker, and one in the place of the killed one")
        .hasSizeGreaterThanOrEqualTo(3);
  }

  private Command night() {
    return Command.etl(
        Clock.systemUTC(),
        "nightly",
        "--data",
        data.toString(),
        "--date",
        DAY.toString(),
        "--master",
        cluster.master(),
        "--memory",
        "640m",
        "--patience",
        "8",
        "--conf",
        "spark.executor.extraJavaOptions=-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
  }

  private void assertTablesArePlain() {
    PlainSubjects plain = new PlainSubjects(events);
    Subjects.nightly()
        .forEach(
            job -> {
              String table = job.writes().name().table();
              Set<String> expected =
                  (table.equals("sessions") ? plain.sessions() : plain.transactions())
                      .getOrDefault(DAY, Set.of());
              assertThat(LocalSpark.texts(SPARK.table("cluster.gold." + table), job.writes()))
                  .as(table)
                  .containsExactlyInAnyOrderElementsOf(expected);
            });
  }
}
