package dev.sluice.transform.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Tables in memory that jobs read and whose rows become tables for the jobs after them, each day by
 * itself, each checked as a night checks it.
 */
public final class BuiltTables implements Tables {
  private final SparkSession spark = LocalSpark.session();
  private final List<LocalDate> days;
  private final Map<TableName, Dataset<Row>> tables = new HashMap<>();

  public BuiltTables(List<LocalDate> days) {
    this.days = List.copyOf(days);
  }

  public BuiltTables with(TableName name, Dataset<Row> rows) {
    tables.put(name, rows);
    return this;
  }

  @Override
  public Dataset<Row> read(TableName name) {
    assertThat(tables).containsKey(name);
    return tables.get(name);
  }

  @Override
  public boolean has(TableName name) {
    return tables.containsKey(name);
  }

  /** The table's rows as texts, made day by day, and there for the next job to read. */
  public Set<String> build(Job job) {
    boolean whole = job.writes().materialization() instanceof Materialization.Whole;
    List<Row> rows = new ArrayList<>();
    StructType schema = new StructType();
    for (LocalDate day : whole ? days.subList(0, 1) : days) {
      Dataset<Row> made =
          job.run(day, this).selectExpr(job.writes().columnNames().toArray(String[]::new));
      schema = made.schema();
      List<Row> own = made.collectAsList();
      job.checks().forEach(check -> assertHolds(check, own));
      for (Row row : own) {
        assertThat(whole || row.getAs("day").equals(day)).as("%s is of %s", row, day).isTrue();
      }
      rows.addAll(own);
    }
    Dataset<Row> table = spark.createDataFrame(rows, schema).coalesce(1);
    tables.put(job.writes().name(), table);
    assertHold(job.checks(), table);
    Set<String> texts = new TreeSet<>();
    rows.forEach(row -> assertThat(texts.add(LocalSpark.text(row))).as("%s once", row).isTrue());
    return texts;
  }

  /** All conditions at once, for each query takes its time. */
  private static void assertHold(List<Check> checks, Dataset<Row> table) {
    String[] broken =
        checks.stream()
            .filter(check -> check.severity() == Check.Severity.ERROR)
            .filter(check -> check.rule() instanceof Check.Holds)
            .map(
                check ->
                    "count_if(NOT coalesce("
                        + ((Check.Holds) check.rule()).condition()
                        + ", false)) AS `"
                        + check.name()
                        + "`")
            .toArray(String[]::new);
    if (broken.length > 0) {
      Row counts = table.selectExpr(broken).head();
      assertThat(counts.toSeq().mkString(",")).as("%s", counts.schema()).matches("[0,]+");
    }
  }

  private static void assertHolds(Check check, List<Row> rows) {
    if (check.rule() instanceof Check.NotNull there) {
      assertThat(rows).as(check.name()).noneMatch(row -> row.getAs(there.column()) == null);
    } else if (check.rule() instanceof Check.Unique unique) {
      Set<List<Object>> seen = new HashSet<>();
      assertThat(rows)
          .as(check.name())
          .allMatch(row -> seen.add(unique.columns().stream().map(row::<Object>getAs).toList()));
    } else if (!(check.rule() instanceof Check.Holds)) {
      throw new AssertionError("a check that nobody here understands: " + check);
    }
  }
}
