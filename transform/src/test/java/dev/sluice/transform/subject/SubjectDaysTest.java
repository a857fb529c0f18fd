package dev.sluice.transform.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.PlainSubjects;
import dev.sluice.transform.sample.RandomDays;
import dev.sluice.transform.sample.RawEvent;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each day by itself, by Spark, against all days at once, plainly. */
class SubjectDaysTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 2, 26);
  private static final int DAYS = 3;

  /** From the day before the first to the day after the last. */
  private static final List<LocalDate> RUN =
      FIRST.minusDays(1).datesUntil(FIRST.plusDays(DAYS + 1)).toList();

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 20_261_121})
  void daysBuiltOneByOneAreWhatAllEventsAtOnceSay(long seed) {
    List<RawEvent> events = new RandomDays(seed, FIRST, DAYS).events();
    PlainSubjects plain = new PlainSubjects(events);
    Dataset<Row> raw = RawEvent.rows(LocalSpark.session(), events).coalesce(1).cache();

    assertThat(days(new Sessions(), raw))
        .as("sessions of seed %d", seed)
        .containsExactlyInAnyOrderElementsOf(flat(plain.sessions()));
    assertThat(days(new Transactions(), raw))
        .as("transactions of seed %d", seed)
        .containsExactlyInAnyOrderElementsOf(flat(plain.transactions()));
    raw.unpersist();
  }

  /** The rows of the days, each computed by itself. */
  private static Set<String> days(Job job, Dataset<Row> raw) {
    Set<String> found = new TreeSet<>();
    for (LocalDate day : RUN) {
      Dataset<Row> rows = job.run(day, name -> raw);
      for (String text : LocalSpark.texts(rows, job.writes())) {
        assertThat(text).startsWith(day + "|");
        found.add(text);
      }
    }
    return found;
  }

  private static Set<String> flat(Map<LocalDate, Set<String>> days) {
    Set<String> all = new TreeSet<>();
    RUN.forEach(day -> all.addAll(days.getOrDefault(day, Set.of())));
    return all;
  }
}
