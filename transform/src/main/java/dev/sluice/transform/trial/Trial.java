package dev.sluice.transform.trial;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.project.Projects;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One job on tables that its test gives, in a lake that lives in memory and is seen by nobody else.
 *
 * <pre>{@code
 * Trial.of(new PageViews())
 *     .given("raw.app_events", """
 *         user_id | page | _time TIMESTAMP
 *         ann     | /a   | 2026-11-20T08:00:00Z
 *         """)
 *     .run("2026-11-20")
 *     .expect("""
 *         day        | page | views
 *         2026-11-20 | /a   | 1
 *         """);
 * }</pre>
 *
 * The first trial of a JVM starts a Spark, which takes seconds; every other takes part of one.
 */
public final class Trial {
  private final TrialLake lake;
  private final Function<SparkSession, Job> source;
  private final Set<TableName> written = new LinkedHashSet<>();

  private Trial(Function<SparkSession, Job> source) {
    this.source = source;
    this.lake = TrialLake.open();
  }

  /** A job that is a Java class. */
  public static Trial of(Job job) {
    return new Trial(spark -> job);
  }

  /** A job that is a file of SQL. Its tables must be given before it runs. */
  public static Trial ofSql(Path file) {
    return new Trial(spark -> Projects.sql(file, spark));
  }

  /** As a table of the lake: {@code raw.app_events}. Columns without a type hold text. */
  public Trial given(String table, String rows) {
    lake.write(name(table), TextTable.of(rows));
    return this;
  }

  /** Runs the job for one UTC day; what it writes is there for the next run. */
  public Trial run(String day) {
    LocalDate date = LocalDate.parse(day);
    Job job = source.apply(lake.spark());
    Set<TableName> declared = new LinkedHashSet<>();
    job.reads().stream().map(Read::table).forEach(declared::add);
    Tables tables =
        new Tables() {
          @Override
          public Dataset<Row> read(TableName table) {
            if (!declared.contains(table)) {
              throw new AssertionError(
                  "the job reads " + table + ", which is not among its reads: " + declared);
            }
            return lake.read(table);
          }

          @Override
          public boolean has(TableName table) {
            return lake.has(table);
          }
        };
    lake.publish(job.run(date, tables), job.writes(), date);
    written.add(job.writes().name());
    return this;
  }

  /**
   * The table that the job wrote has these rows, in any order, and no others. Columns that are not
   * named are not compared.
   */
  public Trial expect(String rows) {
    if (written.isEmpty()) {
      throw new IllegalStateException("call run before expect");
    }
    TableName table = written.iterator().next();
    lake.compare(table, TextTable.of(rows));
    return this;
  }

  private static TableName name(String written) {
    String[] parts = written.replaceFirst("^" + TableName.CATALOG + "\\.", "").split("\\.", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException(
          "'" + written + "' is no table of the lake; write it as raw.app_events");
    }
    return new TableName(parts[0], parts[1]);
  }
}
