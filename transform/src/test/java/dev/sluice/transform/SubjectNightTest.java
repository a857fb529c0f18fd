package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Task;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.PlainPeople;
import dev.sluice.transform.sample.RawEvent;
import dev.sluice.transform.subject.Subjects;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables that are made of tables of the same night. */
class SubjectNightTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 11, 18);
  private static final Set<String> WANTED =
      Set.of("events", "user_days", "identities", "people", "users_history");

  private final SparkSession spark = LocalSpark.session();
  private final List<Job> jobs =
      Subjects.nightly().stream()
          .filter(job -> WANTED.contains(job.writes().name().table()))
          .toList();
  private final List<RawEvent> events = new ArrayList<>();

  @BeforeEach
  @AfterEach
  void noTables() {
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.raw");
    for (String table : List.of("raw.app_events", "ops.checks", "ops.check_failures")) {
      spark.sql("DROP TABLE IF EXISTS lake." + table + " PURGE");
    }
    jobs.forEach(job -> spark.sql("DROP TABLE IF EXISTS " + job.writes().name() + " PURGE"));
  }

  @Test
  void anOldDayThatIsRunAgainCorrectsTheWholeHistory() throws Exception {
    spark.sql(
        "CREATE TABLE lake.raw.app_events ("
            + RawEvent.COLUMNS
            + ") USING iceberg PARTITIONED BY (days(_time))");
    arrives(event("ann", "2026-11-18T10:00:00Z").from("ads"));
    arrives(event("ann", "2026-11-19T10:00:00Z").from("mail"));
    run(FIRST.plusDays(1));
    run(FIRST);
    assertThat(history()).isEqualTo(new PlainPeople(events).history()).hasSize(2);

    arrives(event("ann", "2026-11-18T12:00:00Z").as("purchase").from("mail"));
    arrives(event("bob", "2026-11-18T12:00:00Z").saying("anonymous_id", "ann"));
    run(FIRST);

    assertThat(history())
        .isEqualTo(new PlainPeople(events).history())
        .containsExactly("ann|2026-11-18|null|true|mail|null|null|once");
    assertThat(spark.table("lake.gold.people").count()).isEqualTo(2);
  }

  private RawEvent event(String user, String time) {
    return RawEvent.of(events.size(), user, "view", Instant.parse(time));
  }

  private void arrives(RawEvent event) throws Exception {
    events.add(event);
    RawEvent.rows(spark, List.of(event)).writeTo("lake.raw.app_events").append();
  }

  private void run(LocalDate day) {
    List<Task> tasks = jobs.stream().map(job -> new Task(job, day)).toList();
    assertThat(new Night(spark, said -> {}).run(tasks, "run-" + day + "-" + events.size()))
        .allSatisfy(outcome -> assertThat(outcome.why()).isEmpty());
  }

  private Set<String> history() {
    return jobs.stream()
        .map(Job::writes)
        .filter(shape -> shape.name().table().equals("users_history"))
        .map(shape -> LocalSpark.texts(spark.table(shape.name().toString()), shape))
        .findFirst()
        .orElseThrow();
  }
}
