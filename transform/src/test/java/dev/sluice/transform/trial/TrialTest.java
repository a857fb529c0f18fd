package dev.sluice.transform.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.TableShape.Field;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.sample.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness that users test their jobs with. */
class TrialTest {
  private static final String EVENTS =
      """
      user_id | price DECIMAL(9,2) | tags ARRAY<STRING> | _time TIMESTAMP
      --------|--------------------|--------------------|---------------------
      ann     | 2.5                | ["x","y"]          | 2026-11-20T08:00:00Z
      ann     | 1                  |                    | 2026-11-20T09:00:00Z
      ''      |                    | []                 | 2026-11-20T09:00:00Z
      a\\|b     | 7                  | ["z"]              | 2026-11-21T09:00:00Z
      """;

  private static final String SPENT =
      """
      /* ---
      table: gold.spent
      reads: [raw.events]
      --- */
      SELECT ${day} AS day, user_id, sum(price) AS spent, flatten(collect_list(tags)) AS tags
      FROM raw.events GROUP BY user_id
      """;

  @TempDir private Path folder;

  @BeforeAll
  static void allTestsShareOneSpark() {
    LocalSpark.session();
  }

  @Test
  void aSqlJobMakesOfTheGivenRowsWhatIsExpected() throws IOException {
    Trial.ofSql(write(SPENT))
        .given("raw.events", EVENTS)
        .run("2026-11-20")
        .expect(
            """
            day        | user_id | spent | tags
            2026-11-20 | ''      |       | []
            2026-11-20 | ann     | 3.50  | ["x", "y"]
            """)
        .run("2026-11-21")
        .expect(
            """
            user_id | spent
            a\\|b     | 7
            ann     | 3.5
            ''      |
            """);
  }

  @Test
  void aDifferenceIsShownRowByRow() throws IOException {
    Trial trial = Trial.ofSql(write(SPENT)).given("raw.events", EVENTS).run("2026-11-20");

    assertThatThrownBy(() -> trial.expect("user_id | spent\nann | 3.5\nbob | 1\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            lake.gold.spent is not as expected (- missing, + not expected):
              user_id | spent
            - bob     | 1.00
            + ''      |
            """);
    assertThatThrownBy(() -> trial.expect("user | spent"))
        .hasMessageContaining("lake.gold.spent has no column user, it has [day, user_id");
  }

  @Test
  void aRunOfTheSameDayReplacesAndAMergeReplacesByKeys() throws IOException {
    Path merged =
        write(
            SPENT
                .replace("gold.spent", "gold.spent\nmaterialization: merge\nkeys: user_id")
                .replace("${day} AS day, ", ""));

    Trial.ofSql(write(SPENT))
        .given("raw.events", EVENTS)
        .run("2026-11-20")
        .given(
            "raw.events",
            "user_id | price INT | tags ARRAY<INT> | _time TIMESTAMP\n"
                + "bob | 1 | [1] | 2026-11-20T08:00:00Z")
        .run("2026-11-20")
        .expect("user_id | spent\nbob | 1");
    Trial.ofSql(merged)
        .given("raw.events", EVENTS)
        .run("2026-11-20")
        .given("raw.events", EVENTS.replace("a\\|b", "ann"))
        .run("2026-11-21")
        .expect("user_id | spent\nann | 7\n'' | ");
  }

  @Test
  void whatAJobMayNotDoFailsItsTrial() {
    assertThatThrownBy(
            () ->
                Trial.of(new Echo("lake.raw.other")).given("raw.events", EVENTS).run("2026-11-20"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("reads lake.raw.other, which is not among its reads");
    assertThatThrownBy(
            () ->
                Trial.of(new Echo("lake.raw.events")).given("raw.events", EVENTS).run("2026-11-20"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the run of 2026-11-20 made a row of another day: [2026-11-21");
    assertThatThrownBy(() -> Trial.ofSql(write(SPENT)).run("2026-11-20"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("reads lake.raw.events, which is not there yet");
  }

  @Test
  void rowsThatDoNotFitTheirColumnsAreRefused() {
    Trial trial = Trial.of(new Echo("lake.raw.events"));

    assertThatThrownBy(() -> trial.given("raw.events", "a | b\n1"))
        .hasMessage("the row '1' has 1 cells, its table has 2 columns");
    assertThatThrownBy(() -> trial.given("raw.events", "a INTT\n1"))
        .hasMessage("'INTT' is no type of SQL");
    assertThatThrownBy(() -> trial.given("events", "a\n1"))
        .hasMessageContaining("'events' is no table of the lake");
    assertThatThrownBy(() -> trial.given("raw.events", "a INT\nten"))
        .hasMessageContaining("the rows given as lake.raw.events do not fit their columns");
    assertThatThrownBy(() -> trial.expect("a\n1")).hasMessage("call run before expect");
  }

  private Path write(String sql) throws IOException {
    Path file = Files.createTempFile(folder, "job", ".sql");
    return Files.writeString(file, sql);
  }

  /** Gives the events back, all of them, with the day of their time. */
  private record Echo(String source) implements Job {
    @Override
    public List<Read> reads() {
      return List.of(Read.day(new TableName("raw", "events")));
    }

    @Override
    public TableShape writes() {
      return new TableShape(
          new TableName("gold", "echo"),
          "What came in.",
          List.of(new Field("day", "DATE", "its day"), new Field("user_id", "STRING", "whose")),
          List.of(),
          new Materialization.Day());
    }

    @Override
    public Dataset<Row> run(LocalDate day, Tables tables) {
      assertThat(source).startsWith("lake.raw.");
      return tables
          .read(new TableName("raw", source.replace("lake.raw.", "")))
          .selectExpr("to_date(_time) AS day", "user_id");
    }
  }
}
