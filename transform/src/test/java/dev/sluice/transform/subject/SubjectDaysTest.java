package dev.sluice.transform.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.PlainSubjects;
import dev.sluice.transform.sample.RandomDays;
import dev.sluice.transform.sample.RawEvent;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each day by itself, by Spark, against all days at once, plainly. */
class SubjectDaysTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 2, 26);
  private static final int DAYS = 5;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 20_261_121})
  void daysBuiltOneByOneAreWhatAllEventsAtOnceSay(long seed) {
    List<RawEvent> events = new RandomDays(seed, FIRST, DAYS).events();
    PlainSubjects plain = new PlainSubjects(events);
    Dataset<Row> raw = RawEvent.rows(LocalSpark.session(), events).coalesce(1).cache();

    assertThat(days(new Sessions(), raw))
        .as("sessions of seed %d", seed)
        .isEqualTo(plain.sessions());
    assertThat(days(new Transactions(), raw))
        .as("transactions of seed %d", seed)
        .isEqualTo(plain.transactions());
    raw.unpersist();
  }

  private static Map<LocalDate, Set<String>> days(Job job, Dataset<Row> raw) {
    Map<LocalDate, Set<String>> found = new TreeMap<>();
    // A machine may begin on the last day and go on for as many again.
    for (LocalDate day = FIRST.minusDays(2);
        day.isBefore(FIRST.plusDays(2 * DAYS + 2));
        day = day.plusDays(1)) {
      TableShape shape = job.writes();
      Set<String> rows =
          LocalSpark.texts(
              job.run(day, name -> raw).selectExpr(shape.columnNames().toArray(String[]::new)));
      if (!rows.isEmpty()) {
        found.put(day, rows);
      }
    }
    return found;
  }
}
