package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Task;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.report.Progress;
import dev.sluice.transform.sample.CatalogRelay;
import dev.sluice.transform.sample.GivenJob;
import dev.sluice.transform.sample.LakeProcess;
import dev.sluice.transform.sample.LakeSession;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a night leaves on the real lake, where all its tables change in one commit. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NightOnLakeTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

  @TempDir private static Path data;
  private static LakeProcess lake;

  private final List<Progress> said = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger runs = new AtomicInteger();
  private CatalogRelay relay;
  private SparkSession spark;

  @BeforeAll
  static void startLake() throws Exception {
    lake = LakeProcess.start(data);
  }

  @AfterAll
  static void stopLake() throws Exception {
    lake.close();
  }

  @BeforeEach
  void open() throws Exception {
    relay = new CatalogRelay(lake.endpoints().catalog());
    spark = session(relay);
    for (String table : List.of("alpha", "beta")) {
      spark.sql("DROP TABLE IF EXISTS lake.gold." + table);
    }
  }

  @AfterEach
  void close() {
    relay.close();
  }

  private static SparkSession session(CatalogRelay relay) {
    return LakeSession.open(relay.uri(), lake.endpoints().credentials().forCatalog());
  }

  @Test
  void whoeverReadsWhileNightsArePublishedNeverSeesHalfOfOne() throws Exception {
    assertPublished(run(DAY, alpha("a=0"), beta("a=0")));
    Set<String> seen = new HashSet<>();
    List<String> torn = new ArrayList<>();
    try (RESTCatalog reader = reader()) {
      CompletableFuture<Void> nights =
          CompletableFuture.runAsync(
              () -> {
                for (int night = 1; night <= 3; night++) {
                  assertPublished(run(DAY, alpha("a=" + night), beta("a=" + night)));
                }
              });
      do {
        String before = publishedBy(reader, "alpha");
        String other = publishedBy(reader, "beta");
        String after = publishedBy(reader, "alpha");
        seen.add(before);
        if (before.equals(after) && !before.equals(other)) {
          torn.add(before + " with " + other);
        }
      } while (!nights.isDone());
      nights.join();
      seen.add(publishedBy(reader, "beta"));
    }

    assertThat(torn).isEmpty();
    assertThat(seen).hasSizeGreaterThanOrEqualTo(3).contains("run-3");
    assertThat(relay.commits()).isEqualTo(4);
    assertThat(said).contains(new Progress.Released(2, "together"));
    assertThat(refs()).containsOnly("main");
  }

  @Test
  void aCommitWhoseAnswerIsLostIsFoundAndNotMadeTwice() {
    relay.next(CatalogRelay.Fault.LOSE_ANSWER);
    assertPublished(run(DAY, alpha("a=1"), beta("b=1").checking(Check.notNull("key"))));
    assertThat(relay.commits()).isEqualTo(1);
    relay.next(CatalogRelay.Fault.LOSE_REQUEST);
    assertPublished(run(DAY, alpha("a=2"), beta("b=2")));

    assertThat(relay.commits()).isEqualTo(3);
    assertThat(rows("alpha")).containsExactly(DAY + " a=2");
    assertThat(rows("beta")).containsExactly(DAY + " b=2");
    assertThat(refs()).containsOnly("main");
  }

  @Test
  void aDayThatAnotherRunPublishedKeepsTheWholeNightAndOtherDaysDoNot() {
    assertPublished(run(DAY, alpha("a=1"), beta("b=1")));
    List<Outcome> late =
        run(DAY, alpha("a=2"), beta("b=2").after(() -> assertPublished(run(DAY, alpha("a=3")))));
    List<Outcome> other =
        run(
            DAY.plusDays(1),
            alpha("c=1"),
            beta("d=1").after(() -> assertPublished(run(DAY.plusDays(2), alpha("e=1")))));

    assertThat(late.get(0).why().orElseThrow()).contains("was changed by run run-2");
    assertThat(late.get(1).why()).contains("not published, because lake.gold.alpha could not be");
    assertPublished(other);
    assertThat(rows("alpha"))
        .containsExactlyInAnyOrder(
            DAY + " a=3", DAY.plusDays(1) + " c=1", DAY.plusDays(2) + " e=1");
    assertThat(rows("beta")).containsExactlyInAnyOrder(DAY + " b=1", DAY.plusDays(1) + " d=1");
    assertThat(refs()).containsOnly("main");
  }

  @Test
  void aCommitThatIsMadeLateIsFound() {
    assertPublished(run(DAY, alpha("a=1"), beta("b=1")));
    relay.next(CatalogRelay.Fault.DELAY_REQUEST);
    assertPublished(run(DAY, alpha("a=2"), beta("b=2")));

    assertThat(relay.commits()).isEqualTo(2);
    assertThat(rows("alpha")).containsExactly(DAY + " a=2");
    assertThat(refs()).containsOnly("main");
  }

  @Test
  void daysThatAreMovedOnTopOfOthersAreAllThereThoughTheMoveBrokeOffOnce() {
    LocalDate next = DAY.plusDays(1);
    assertPublished(run(DAY, alpha("a=1")));
    assertPublished(run(next, alpha("b=1")));
    Runnable meanwhile =
        () -> {
          assertPublished(run(DAY.plusDays(2), alpha("c=1")));
          relay.loseNext("\"sluice.day\":\"" + next + "\"");
        };
    List<Task> tasks =
        List.of(
            new Task(alpha("a=2"), DAY),
            new Task(alpha("b=2"), next),
            new Task(beta("x=1").after(meanwhile), DAY));
    assertPublished(new Night(spark, said::add).run(tasks, "run-moved"));

    assertThat(relay.hasLost()).isTrue();
    assertThat(rows("alpha"))
        .containsExactlyInAnyOrder(DAY + " a=2", next + " b=2", DAY.plusDays(2) + " c=1");
    assertThat(refs()).containsOnly("main");
  }

  @Test
  void twoRunsAtOnceLoseNeitherDay() {
    assertPublished(run(DAY, alpha("a=1"), beta("b=1")));
    CyclicBarrier both = new CyclicBarrier(2);
    List<CompletableFuture<List<Outcome>>> nights = new ArrayList<>();
    for (int day = 1; day <= 2; day++) {
      LocalDate own = DAY.plusDays(day);
      SparkSession session = session(relay);
      nights.add(
          CompletableFuture.supplyAsync(
              () ->
                  run(
                      session,
                      own,
                      GivenJob.making(session, GivenJob.daily("alpha"), "x=1"),
                      GivenJob.making(session, GivenJob.daily("beta"), "y=1")
                          .after(() -> await(both)))));
    }
    nights.forEach(night -> assertPublished(night.join()));

    assertThat(rows("alpha"))
        .containsExactlyInAnyOrder(
            DAY + " a=1", DAY.plusDays(1) + " x=1", DAY.plusDays(2) + " x=1");
    assertThat(rows("beta"))
        .containsExactlyInAnyOrder(
            DAY + " b=1", DAY.plusDays(1) + " y=1", DAY.plusDays(2) + " y=1");
    assertThat(refs()).containsOnly("main");
  }

  @Test
  void aCatalogThatDoesNotOfferJointCommitsIsPublishedToOneByOne() {
    relay.offerOneTableAtATime();
    assertPublished(run(DAY, alpha("a=1"), beta("b=1")));

    assertThat(relay.commits()).isZero();
    assertThat(said).contains(new Progress.Released(2, "one by one"));
    assertThat(rows("alpha")).containsExactly(DAY + " a=1");
    assertThat(refs()).containsOnly("main");
  }

  private static void await(CyclicBarrier both) {
    try {
      both.await(1, TimeUnit.MINUTES);
    } catch (Exception alone) {
      throw new AssertionError(alone);
    }
  }

  private GivenJob alpha(String... words) {
    return GivenJob.making(spark, GivenJob.daily("alpha"), words);
  }

  private GivenJob beta(String... words) {
    return GivenJob.making(spark, GivenJob.daily("beta"), words);
  }

  private List<Outcome> run(LocalDate day, Job... jobs) {
    return run(spark, day, jobs);
  }

  private List<Outcome> run(SparkSession session, LocalDate day, Job... jobs) {
    List<Task> tasks = Arrays.stream(jobs).map(job -> new Task(job, day)).toList();
    return new Night(session, said::add).run(tasks, "run-" + runs.getAndIncrement());
  }

  private static void assertPublished(List<Outcome> outcomes) {
    assertThat(outcomes)
        .allSatisfy(outcome -> assertThat(outcome.result()).isInstanceOf(Outcome.Published.class));
  }

  private static RESTCatalog reader() {
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize(
        "reader",
        Map.of(
            "uri",
            lake.endpoints().catalog().toString(),
            "token",
            lake.endpoints().credentials().forCatalog()));
    return catalog;
  }

  private static String publishedBy(RESTCatalog reader, String table) {
    return reader
        .loadTable(TableIdentifier.of("gold", table))
        .currentSnapshot()
        .summary()
        .get("sluice.run");
  }

  private static Set<String> refs() {
    Set<String> refs = new HashSet<>();
    try (RESTCatalog reader = reader()) {
      for (String table : List.of("alpha", "beta")) {
        refs.addAll(reader.loadTable(TableIdentifier.of("gold", table)).refs().keySet());
      }
    } catch (IOException unclosed) {
      throw new AssertionError(unclosed);
    }
    return refs;
  }

  private List<String> rows(String table) {
    spark.catalog().refreshTable("lake.gold." + table);
    return spark
        .sql("SELECT concat(day, ' ', key, '=', value) FROM lake.gold." + table)
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
