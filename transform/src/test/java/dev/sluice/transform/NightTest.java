package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Task;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.report.Progress;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.PlainSubjects;
import dev.sluice.transform.sample.RandomDays;
import dev.sluice.transform.sample.RawEvent;
import dev.sluice.transform.subject.Subjects;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NightTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 11, 18);
  private static final LocalDate SECOND = FIRST.plusDays(1);
  private static final LocalDate THIRD = FIRST.plusDays(2);

  private final SparkSession spark = LocalSpark.session();
  private final List<RawEvent> events = new RandomDays(7, FIRST, 3).events();
  private final List<Progress> said = new ArrayList<>();
  private int runs;

  @BeforeEach
  void rawEventsAlone() {
    for (String table :
        List.of(
            "raw.app_events",
            "gold.sessions",
            "gold.transactions",
            "ops.checks",
            "ops.check_failures")) {
      spark.sql("DROP TABLE IF EXISTS lake." + table + " PURGE");
    }
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.raw");
  }

  @Test
  void aDayRunAgainLeavesWhatItLeftAndTouchesNoOther() throws Exception {
    loadEvents();
    run(THIRD);
    run(FIRST);
    run(SECOND);
    Set<String> sessions = rows("sessions");
    Set<String> transactions = rows("transactions");
    run(SECOND);

    PlainSubjects plain = new PlainSubjects(events);
    assertThat(sessions).containsExactlyInAnyOrderElementsOf(days(plain.sessions()));
    assertThat(transactions).containsExactlyInAnyOrderElementsOf(days(plain.transactions()));
    assertThat(rows("sessions")).isEqualTo(sessions);
    assertThat(rows("transactions")).isEqualTo(transactions);
  }

  @Test
  void aRunCommitsOncePerTableAndSaysHowManyRows() throws Exception {
    loadEvents();
    run(FIRST);
    run(FIRST);

    String commits = " WHERE summary['sluice.day'] = '" + FIRST + "'";
    assertThat(count("SELECT * FROM lake.gold.sessions.snapshots" + commits)).isEqualTo(2);
    assertThat(count("SELECT * FROM lake.gold.transactions.snapshots" + commits)).isEqualTo(2);
    assertThat(count("SELECT * FROM lake.gold.sessions.refs")).isEqualTo(1);
    assertThat(said(Progress.Released.class)).containsOnly(new Progress.Released(2, "one by one"));
    assertThat(said(Progress.Checked.class))
        .hasSize(4)
        .allSatisfy(checked -> assertThat(checked.failed()).isEmpty());
    assertThat(said(Progress.Written.class))
        .extracting(written -> written.table() + " " + written.day() + " " + written.rows())
        .containsExactly(
            "lake.gold.sessions " + FIRST + " " + rows("sessions").size(),
            "lake.gold.transactions " + FIRST + " " + rows("transactions").size(),
            "lake.gold.sessions " + FIRST + " " + rows("sessions").size(),
            "lake.gold.transactions " + FIRST + " " + rows("transactions").size());
  }

  @Test
  void aDayWhoseEventsAreGoneIsEmptied() throws Exception {
    loadEvents();
    run(FIRST);
    assertThat(rows("sessions")).isNotEmpty();
    spark.sql("DELETE FROM lake.raw.app_events");
    run(FIRST);

    assertThat(rows("sessions")).isEmpty();
    assertThat(rows("transactions")).isEmpty();
    assertThat(said(Progress.Written.class).get(3).rows()).isZero();
  }

  @Test
  void aDayWithoutEventsSucceedsOnATableWithoutCommits() throws Exception {
    createRaw();
    run(FIRST);

    assertThat(rows("sessions")).isEmpty();
    assertThat(said(Progress.Written.class)).hasSize(2);
  }

  @Test
  void withoutTheRawTableARunFailsInOneLineBeforeItWrites() {
    assertThat(outcomes(FIRST))
        .extracting(outcome -> outcome.why().orElseThrow())
        .containsExactly(
            "there is no table lake.raw.app_events;"
                + " it is made when the first events of its stream arrive",
            "not published, because lake.gold.sessions of " + FIRST + " failed");
    assertThat(spark.catalog().tableExists("lake.gold.sessions")).isFalse();
  }

  @Test
  void aColumnThatIsMissingIsNamedInOneLine() {
    spark.sql(
        "CREATE TABLE lake.raw.app_events ("
            + RawEvent.COLUMNS.replace(" media_source STRING,", "")
            + ") USING iceberg");

    assertThat(outcomes(FIRST).get(0).why().orElseThrow())
        .contains("lake.gold.sessions of " + FIRST + " failed")
        .contains("media_source")
        .doesNotContain("\n");
  }

  @Test
  void rowsLieInTheOrderOfTheirTable() throws Exception {
    loadEvents();
    run(FIRST);

    List<String> users =
        spark.sql("SELECT user_id FROM lake.gold.sessions").collectAsList().stream()
            .map(row -> row.getString(0))
            .toList();
    assertThat(users).hasSizeGreaterThan(3).isSorted();
  }

  private void run(LocalDate day) {
    assertThat(outcomes(day)).allSatisfy(outcome -> assertThat(outcome.why()).isEmpty());
  }

  private List<Outcome> outcomes(LocalDate day) {
    List<Task> tasks =
        Subjects.nightly().subList(0, 2).stream().map(job -> new Task(job, day)).toList();
    return new Night(spark, said::add).run(tasks, "run-" + runs++);
  }

  private <P extends Progress> List<P> said(Class<P> kind) {
    return said.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private void createRaw() {
    spark.sql(
        "CREATE TABLE lake.raw.app_events ("
            + RawEvent.COLUMNS
            + ") USING iceberg PARTITIONED BY (days(_time))");
  }

  private void loadEvents() throws Exception {
    createRaw();
    RawEvent.rows(spark, events).coalesce(1).writeTo("lake.raw.app_events").append();
  }

  private long count(String sql) {
    return spark.sql(sql).count();
  }

  private Set<String> rows(String table) {
    return Subjects.nightly().stream()
        .filter(job -> job.writes().name().table().equals(table))
        .map(job -> LocalSpark.texts(spark.table("lake.gold." + table), job.writes()))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> days(Map<LocalDate, Set<String>> all) {
    Set<String> rows = new TreeSet<>();
    List.of(FIRST, SECOND, THIRD).forEach(day -> rows.addAll(all.getOrDefault(day, Set.of())));
    return rows;
  }
}
