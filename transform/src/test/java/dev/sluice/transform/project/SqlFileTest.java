package dev.sluice.transform.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of SQL by itself: what it may say, and how it is told what it may not. */
class SqlFileTest {
  private static final String FILE = "jobs/views.sql";
  private static final TableName EVENTS = new TableName("raw", "app_events");

  private static final String EVERYTHING =
      """
      /* ---
      table: gold.views
      description: Views of each page.
      owner: web@example.com
      schedule: 30 3 * * * Europe/Berlin
      materialization: merge
      keys: [day, page]
      reads:
        - table: lake.raw.app_events
          look_back: 2
          look_ahead: all
        - raw.pages
        - table: raw.visitors
          look_back: all
          look_ahead: all
          optional: true
          columns: {id: string, since: "decimal(10, 2)"}
      columns:
        day: UTC day
        page: {type: string, description: which page}
      order: [page]
      checks:
        - not_null: page
          severity: warn
        - unique: [page, day]
        - accepted: {column: page, values: [no, 12:30, 2026-01-01]}
        - range: {column: views, least: 0}
        - row_count: {most_change: 50%}
        - fresh: {column: last, most_age: 36h}
        - refers: {column: page, table: gold.pages, to: page}
        - drift: {column: page, most_index: 0.2}
        - holds: views >= visitors
          name: more views than visitors
        - finds: SELECT page FROM rows GROUP BY page HAVING count(*) > 1
          severity: warn
      --- */
      -- Says ${nothing}: a comment.
      SELECT ${day} AS day, e.page, count(*) AS views /* ${env:HOME} */
      FROM lake.raw.app_events e
      JOIN raw.pages USING (page)
      LEFT JOIN lake.raw.visitors v ON v.id = e.user_id
      WHERE e._time < ${day_end} GROUP BY e.page
      """;

  @Test
  void everythingThatCanBeDeclaredIsRead() {
    Declaration declared = SqlFile.of(FILE, EVERYTHING).declared();

    assertThat(declared.table()).isEqualTo(new TableName("gold", "views"));
    assertThat(declared.says()).isEqualTo("Views of each page.");
    assertThat(declared.owner()).contains("web@example.com");
    assertThat(declared.schedule()).contains("30 3 * * * Europe/Berlin");
    assertThat(declared.materialization())
        .isEqualTo(new Materialization.Merge(List.of("day", "page")));
    assertThat(declared.reads())
        .containsExactly(
            Read.around(EVENTS, 2, Read.ALL),
            Read.day(new TableName("raw", "pages")),
            Read.all(new TableName("raw", "visitors")).orNothing());
    assertThat(declared.missing(new TableName("raw", "visitors")).orElseThrow().toDDL())
        .isEqualTo("id STRING,since DECIMAL(10,2)");
    assertThat(declared.columns())
        .containsExactly(
            new Declaration.Column("day", Optional.empty(), "UTC day"),
            new Declaration.Column("page", Optional.of("STRING"), "which page"));
    assertThat(declared.order()).containsExactly("page");
  }

  @Test
  void everyKindOfCheckIsReadAndKeysAreCheckedUnasked() {
    assertThat(SqlFile.of(FILE, EVERYTHING).declared().checks())
        .containsExactly(
            Check.notNull("day"),
            Check.unique("day", "page"),
            Check.notNull("page").warns(),
            Check.unique("page", "day"),
            error(
                "accepted(page)", new Check.Accepted("page", List.of("no", "12:30", "2026-01-01"))),
            error("range(views)", new Check.Range("views", Optional.of("0"), Optional.empty())),
            error("row_count", new Check.RowCount(0.5)),
            error("fresh(last)", new Check.Fresh("last", Duration.ofHours(36))),
            error("refers(page)", new Check.Refers("page", new TableName("gold", "pages"), "page")),
            error("drift(page)", new Check.Drift("page", 0.2)),
            error("more views than visitors", new Check.Holds("views >= visitors")),
            error(
                    "finds(SELECT page FROM rows GROUP BY page HAVING count(*) > 1)",
                    new Check.Finds("SELECT page FROM rows GROUP BY page HAVING count(*) > 1"))
                .warns());
  }

  @Test
  void parametersBecomeTypedLiteralsAndCommentsAreLeftOut() {
    String sql = SqlFile.of(FILE, EVERYTHING).query().body().sql(LocalDate.of(2024, 2, 29));

    assertThat(sql.strip().replaceAll("\\s+", " "))
        .isEqualTo(
            "SELECT DATE '2024-02-29' AS day, e.page, count(*) AS views"
                + " FROM lake.raw.app_events e JOIN raw.pages USING (page)"
                + " LEFT JOIN lake.raw.visitors v ON v.id = e.user_id"
                + " WHERE e._time < TIMESTAMP '2024-03-01T00:00:00Z' GROUP BY e.page");
  }

  @Test
  void theCodeIsWhatTheRowsDependOn() {
    String code = SqlFile.of(FILE, EVERYTHING).code();

    assertThat(code).matches("[0-9a-f]{64}");
    assertThat(
            List.of(
                EVERYTHING.replace("web@example.com", "data@example.com"),
                EVERYTHING.replace("30 3 *", "0 4 *"),
                EVERYTHING.replace("severity: warn", "severity: error"),
                EVERYTHING.replace("a comment", "another comment"),
                EVERYTHING.replace("e.page, count", "e.page,\n\n   count"),
                EVERYTHING.replace("\n", "\r\n"),
                EVERYTHING.replaceAll("\\s+$", ";  ")))
        .allSatisfy(text -> assertThat(SqlFile.of(FILE, text).code()).isEqualTo(code));
    assertThat(
            List.of(
                EVERYTHING.replace("look_back: 2", "look_back: 3"),
                EVERYTHING.replace("type: string", "type: int"),
                EVERYTHING.replace("since: \"decimal(10, 2)\"", "since: date"),
                EVERYTHING.replace("keys: [day, page]", "keys: [page]"),
                EVERYTHING.replace("count(*)", "count(1)"),
                EVERYTHING.replace("${day_end}", "${day_start}")))
        .allSatisfy(text -> assertThat(SqlFile.of(FILE, text).code()).isNotEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      textBlock =
          """
          table: gold.v        | tabel: gold.v              | line 2: unknown key 'tabel'; did you mean 'table'?
          table: gold.v        | description: views         | line 2: 'table' is missing
          table: gold.v        | table: v                   | line 2: 'v' is no table of the lake
          table: gold.v        | table: spark.gold.v        | is no table of the lake
          table: gold.v        | table: raw.app_events      | reads its own table
          reads: raw.app_events| reads: [raw.app_events, raw.app_events] | reads lake.raw.app_events twice
          reads: raw.app_events| reads: {table: raw.app_events, look_bak: 1} | unknown key 'look_bak'; did you mean 'look_back'?
          reads: raw.app_events| reads: {table: raw.app_events, look_back: -1} | 'look_back' is a number of days or all
          reads: raw.app_events| reads: {table: raw.app_events, optional: yes} | 'optional' is true or false
          reads: raw.app_events| reads: {table: raw.app_events, optional: true} | an optional read needs 'columns'
          reads: raw.app_events| reads: []                  | line 6: reads lake.raw.app_events, which is not among the 'reads'
          reads: raw.app_events| reads: [raw.app_events, raw.x] | declares that it reads lake.raw.x and never does
          owner: ann           | materialization: daily     | unknown materialization 'daily'; did you mean 'day'?
          owner: ann           | materialization: merge     | 'merge' needs 'keys'
          owner: ann           | partition: page            | is partitioned by its column day
          owner: ann           | schedule: */5 * * * *    | would begin or end a comment
          owner: ann           | owner: &a ann              | anchors (&) are not read here
          owner: ann           | owner: [ann                | is no YAML
          owner: ann           | owner: ann\\nowner: ann    | 'owner' stands there twice
          owner: ann           | columns: {day: {type: dat}}| 'dat' of column day is no type of SQL
          owner: ann           | checks: [{not_nul: day}]   | unknown key 'not_nul'; did you mean 'not_null'?
          owner: ann           | checks: [{not_null: a, unique: a}] | a check has one rule, this one has not_null and unique
          owner: ann           | checks: [{not_null: a}, {not_null: a}] | two checks are called 'not_null(a)'
          owner: ann           | checks: [{holds: a >}]     | cannot be run
          owner: ann           | checks: [{finds: SELECT * FROM raw.x}] | a check reads 'rows' and no table
          owner: ann           | checks: [{range: {column: a}}] | a range has 'least', 'greatest' or both
          owner: ann           | checks: [{row_count: {most_change: none}}] | is a number above 0
          owner: ann           | checks: [{fresh: {column: a, most_age: 1 week}}] | '1 week' is no age
          """)
  void whatTheFrontMatterMayNotSayIsToldInOneLine(String instead, String written, String told) {
    String text =
        """
        /* ---
        table: gold.v
        owner: ann
        reads: raw.app_events
        --- */
        SELECT ${day} AS day FROM lake.raw.app_events
        """
            .replace(instead.strip(), written.strip().replace("\\n", "\n"));

    assertRefused(text, told.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      textBlock =
          """
          INSERT INTO lake.gold.x SELECT * FROM lake.raw.a | begins with SELECT or WITH, not with INSERT
          DROP TABLE lake.raw.a | begins with SELECT or WITH, not with DROP
          BEGIN SELECT 1; END | more than one statement
          BEGIN SELECT 1 END | not with BEGIN
          CALL lake.system.rollback_to_snapshot('raw.a', 1) | not with CALL
          SELECT 1 FROM lake.raw.a; DROP TABLE lake.raw.a | more than one statement
          FROM lake.raw.a INSERT INTO lake.gold.x SELECT * | changes nothing itself
          WITH x AS (SELECT 1) INSERT INTO lake.gold.x SELECT * FROM lake.raw.a | changes nothing itself
          SELECT * FROM lake.raw.b | reads lake.raw.b, which is not among the 'reads'
          SELECT (SELECT max(x) FROM lake.raw.b) FROM lake.raw.a | reads lake.raw.b
          SELECT 1 FROM lake.raw.a WHERE x IN (SELECT x FROM lake.raw.b) | reads lake.raw.b
          SELECT 1 FROM lake.raw.a, LATERAL (SELECT * FROM lake.raw.b) | reads lake.raw.b
          WITH t AS (SELECT * FROM lake.raw.b) SELECT * FROM lake.raw.a, t | reads lake.raw.b
          WITH t AS (SELECT * FROM u), u AS (SELECT 1) SELECT * FROM lake.raw.a, t, u | 'u' is no table of the lake
          SELECT * FROM lake.raw.a, (WITH t AS (SELECT 1) SELECT * FROM t), t | 't' is no table of the lake
          SELECT * FROM lake.raw.a.files | is no table of the lake
          SELECT * FROM parquet.`/etc/passwd` | a table's name is made of a-z, 0-9 and _
          SELECT * FROM lake.raw.a VERSION AS OF 1 | not AS OF another time
          SELECT * FROM lake.raw.a WITH (`snapshot-id` = 1) | without options
          SELECT * FROM IDENTIFIER(concat('lake.raw.', 'a')) | IDENTIFIER() hides which table is read
          SELECT TRANSFORM(x) USING 'cat' FROM lake.raw.a | TRANSFORM runs a program
          SELECT '${day}' FROM lake.raw.a | a parameter in quotes: '${day}'
          SELECT r'it''${env:HOME}' FROM lake.raw.a | a parameter in quotes
          SELECT `${day}` FROM lake.raw.a | a parameter in quotes
          SELECT ${dya} FROM lake.raw.a | unknown parameter 'dya'; did you mean 'day'?
          SELECT ${env:HOME} FROM lake.raw.a | unknown parameter 'env:HOME'
          SELECT ${day FROM lake.raw.a | a parameter that does not end
          SELECT 1 FROM (lake.raw.a | cannot be run
          -- nothing | there is no query
          """)
  void whatIsNoQueryOfDeclaredTablesIsRefused(String sql, String told) {
    assertRefused("/* ---\ntable: gold.v\nreads: raw.a\n--- */\n" + sql, told.strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT ';', 'a -- b', \"/* c */\", '--- */', 'it''s' FROM raw.a",
        "WITH raw AS (SELECT 1 AS x), t AS (SELECT * FROM raw) SELECT * FROM lake.raw.a, t",
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3)"
            + " SELECT * FROM t, lake.raw.a",
        "SELECT * FROM lake.raw.a AS x WHERE EXISTS (SELECT 1 FROM lake.raw.a y WHERE y.i = x.i)",
        "SELECT /*+ BROADCAST(a) */ \uD83D\uDE00, ${day} /* \uD83D\uDE00 /* nested */ */ FROM"
            + " raw.a",
        "FROM lake.raw.a |> WHERE x > 1 |> SELECT x",
        "(SELECT 1 FROM raw.a) UNION ALL (SELECT 2 FROM raw.a);"
      })
  void whateverIsAQueryOfDeclaredTablesIsTaken(String sql) {
    String quoted = sql.replace("\uD83D\uDE00,", "'\uD83D\uDE00',");
    SqlFile file = SqlFile.of(FILE, "/* ---\ntable: gold.v\nreads: raw.a\n--- */\n" + quoted);

    assertThat(file.query().tables()).containsExactly(new TableName("raw", "a"));
  }

  @Test
  void aFileWithoutFrontMatterIsToldHowToBegin() {
    assertRefused("SELECT 1", "has no front matter");
    assertRefused("/* ---\ntable: gold.v\n", "does not end");
    assertRefused("/* ---\n- table\n--- */ SELECT 1", "line 2: is no YAML mapping");
  }

  private static Check error(String name, Check.Rule rule) {
    return new Check(name, rule, Check.Severity.ERROR);
  }

  private static void assertRefused(String text, String told) {
    assertThatThrownBy(() -> SqlFile.of(FILE, text))
        .isInstanceOf(JobFailure.class)
        .hasMessageStartingWith(FILE)
        .hasMessageContaining(told)
        .hasMessageNotContaining("\n");
  }
}
