package dev.sluice.transform.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.sample.LocalSpark;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.util.QueryExecutionListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AuditTest {
  private static final SparkSession SPARK = LocalSpark.session();
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
  private static final TableName TABLE = new TableName("gold", "audited");
  private static final TableName USERS = new TableName("gold", "audited_users");

  private static final Tables TABLES =
      new Tables() {
        @Override
        public Dataset<Row> read(TableName name) {
          return SPARK.sql("SELECT * FROM VALUES ('ann'), ('bob'), (NULL) AS t(name)");
        }

        @Override
        public boolean has(TableName name) {
          return name.equals(USERS);
        }
      };

  @BeforeAll
  static void someRows() {
    dropTables();
    SPARK.sql("CREATE NAMESPACE IF NOT EXISTS lake.gold");
    SPARK.sql(
        "CREATE TABLE lake.gold.audited USING iceberg AS SELECT * FROM VALUES"
            + " ('a', 'ann', 1.5, TIMESTAMP '2026-11-20 06:00:00', 'x'),"
            + " ('b', 'bob', 20.0, TIMESTAMP '2026-11-20 23:30:00', 'y'),"
            + " ('c', 'bob', -3.0, TIMESTAMP '2026-11-20 12:00:00', 'x'),"
            + " ('c', 'eve', NULL, NULL, NULL) AS t(id, who, price, at, kind)");
    // Earlier days had 8 and 4 rows; one that was never published, and a later one, do not count.
    CheckBook book = new CheckBook(SPARK);
    book.keep(
        "old",
        List.of(
            entry(DAY.minusDays(2), true, List.of(8L)),
            entry(DAY.minusDays(1), true, List.of(900L)),
            entry(DAY.minusDays(1), false, List.of(700L)),
            entry(DAY.plusDays(1), true, List.of(500L)),
            drift("same", 200, 100),
            drift("other", 2, 300)));
    // The last word on a day counts.
    book.keep("newer", List.of(entry(DAY.minusDays(1), true, List.of(4L))));
  }

  @AfterAll
  static void dropTables() {
    for (String table : List.of("gold.audited", "ops.checks", "ops.check_failures")) {
      SPARK.sql("DROP TABLE IF EXISTS lake." + table + " PURGE");
    }
  }

  private static CheckBook.Entry entry(LocalDate day, boolean published, List<Long> figures) {
    return new CheckBook.Entry(
        TABLE,
        day,
        published,
        new Checked(check(new Check.RowCount(9)), true, Optional.empty(), "", List.of(), figures));
  }

  /** As if the days before had so many rows of the kinds x and y, and a third with none. */
  private static CheckBook.Entry drift(String name, long first, long second) {
    List<Long> bins =
        LongStream.range(0, Distribution.BINS)
            .map(bin -> bin == 0 ? 100 : bin == bin("x") ? first : bin == bin("y") ? second : 0)
            .boxed()
            .toList();
    return new CheckBook.Entry(
        TABLE,
        DAY.minusDays(1),
        true,
        new Checked(
            new Check(name, new Check.Drift("kind", 1), Check.Severity.WARN),
            true,
            Optional.empty(),
            "",
            List.of(),
            bins));
  }

  private static int bin(String kind) {
    return SPARK
        .sql("SELECT pmod(hash('" + kind + "'), " + (Distribution.BINS - 1) + ") + 1")
        .head()
        .getInt(0);
  }

  private static Check check(Check.Rule rule) {
    return new Check("the rule", rule, Check.Severity.ERROR);
  }

  static Stream<Arguments> rules() {
    Optional<String> none = Optional.empty();
    return Stream.of(
            passes(new Check.NotNull("id")),
            breaks(new Check.NotNull("kind"), 1, "eve"),
            passes(new Check.Unique(List.of("id", "who"))),
            breaks(new Check.Unique(List.of("id")), 1, "bob", "eve"),
            passes(new Check.Accepted("kind", List.of("x", "y"))),
            breaks(new Check.Accepted("kind", List.of("y", "z")), 2, "ann", "bob"),
            passes(new Check.Range("price", Optional.of("-3"), Optional.of("20"))),
            breaks(new Check.Range("price", Optional.of("0"), none), 1, "bob"),
            breaks(new Check.Range("price", none, Optional.of("4 * 4")), 1, "bob"),
            passes(new Check.Holds("length(who) = 3")),
            breaks(new Check.Holds("price > 0"), 2, "bob", "eve"),
            passes(new Check.Fresh("at", Duration.ofMinutes(30))),
            breaks(new Check.Fresh("at", Duration.ofMinutes(29)), 1800),
            passes(new Check.RowCount(0.34)),
            breaks(new Check.RowCount(0.33), 2 / 6.0),
            passes(new Check.Refers("kind", new TableName("gold", "audited_kinds"), "kind"))
                .expecting(false, 3),
            passes(new Check.Finds("SELECT who FROM rows GROUP BY who HAVING count(*) > 2")),
            breaks(
                new Check.Finds(
                    "WITH often AS (SELECT who FROM rows GROUP BY who HAVING count(*) > 1)"
                        + " SELECT * FROM often"),
                1,
                "bob"),
            breaks(new Check.Refers("who", USERS, "name"), 1, "eve"))
        .map(Case::arguments);
  }

  private record Case(Check.Rule rule, boolean passes, double value, List<String> users) {
    Case expecting(boolean other, double figure) {
      return new Case(rule, other, figure, List.of("ann", "bob"));
    }

    Arguments arguments() {
      return Arguments.of(rule, passes, value, users);
    }
  }

  private static Case passes(Check.Rule rule) {
    return new Case(rule, true, -1, List.of());
  }

  private static Case breaks(Check.Rule rule, double value, String... users) {
    return new Case(rule, false, value, List.of(users));
  }

  @ParameterizedTest(name = "{0} passes: {1}")
  @MethodSource("rules")
  void eachRuleFindsWhatBreaksItAndNamesTheRows(
      Check.Rule rule, boolean passes, double value, List<String> users) {
    Checked checked = audit(check(rule)).get(0);

    assertThat(checked.passed()).as(checked.says()).isEqualTo(passes);
    assertThat(checked.stops()).isEqualTo(!passes);
    if (!passes) {
      assertThat(checked.value()).hasValue(value);
    }
    assertThat(String.join(" ", checked.sample()))
        .satisfies(sample -> assertThat(users).allSatisfy(who -> assertThat(sample).contains(who)));
    assertThat(checked.sample().isEmpty()).isEqualTo(users.isEmpty());
  }

  @Test
  void aDistributionIsHeldAgainstThatOfTheDaysBefore() {
    Check same = new Check("same", new Check.Drift("kind", 0.25), Check.Severity.WARN);
    Check other = new Check("other", new Check.Drift("kind", 0.25), Check.Severity.WARN);
    Check unseen = new Check("unseen", new Check.Drift("price", 0), Check.Severity.ERROR);
    List<Checked> checked = audit(same, other, unseen);

    assertThat(checked).extracting(Checked::passed).containsExactly(true, false, true);
    assertThat(checked.get(1).says()).startsWith("the population stability index is ");
    assertThat(checked.get(1).stops()).isFalse();
    assertThat(checked.get(2).value()).isEmpty();
    // -3 is negative, 1.5 in [1, 2), 20 in [16, 32), and one has no price.
    assertThat(checked.get(2).figures()).hasSize(Distribution.BINS).endsWith(0L);
    assertThat(checked.get(2).figures().stream().mapToLong(Long::longValue).sum()).isEqualTo(4);
    assertThat(checked.get(2).figures().get(2)).isEqualTo(1);
    assertThat(checked.get(2).figures().get(8)).isEqualTo(1);
    assertThat(checked.get(2).figures().get(12)).isEqualTo(1);
  }

  @Test
  void allRulesOfTheRowsTakeOnePassAndNoRowsAreLookedForThatNobodyMisses() throws Exception {
    AtomicInteger scans = new AtomicInteger();
    AtomicInteger queries = new AtomicInteger();
    QueryExecutionListener listener =
        new QueryExecutionListener() {
          @Override
          public void onSuccess(String name, QueryExecution execution, long nanoseconds) {
            queries.incrementAndGet();
            scans.addAndGet(
                execution.optimizedPlan().toString().split("RelationV2", -1).length - 1);
          }

          @Override
          public void onFailure(String name, QueryExecution execution, Exception failure) {
            queries.incrementAndGet();
          }
        };
    SPARK.listenerManager().register(listener);
    try {
      audit(
          Check.notNull("id"),
          Check.unique("id", "who"),
          Check.unique("who", "kind", "at"),
          Check.holds("named", "who <> ''"),
          new Check("kind", new Check.Accepted("kind", List.of("x", "y")), Check.Severity.ERROR),
          new Check("fresh", new Check.Fresh("at", Duration.ofDays(1)), Check.Severity.ERROR));
      SPARK.sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      SPARK.listenerManager().unregister(listener);
    }

    assertThat(queries).hasValue(1);
    assertThat(scans).hasValue(1);
  }

  private static List<Checked> audit(Check... checks) {
    return new Audit(SPARK, TABLES, new CheckBook(SPARK))
        .check(TABLE, DAY, "SELECT * FROM lake.gold.audited", List.of(checks));
  }
}
