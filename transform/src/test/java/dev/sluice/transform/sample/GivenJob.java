package dev.sluice.transform.sample;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A job that a test makes up: its table has a day, a key and a value. */
public record GivenJob(
    TableShape writes,
    List<Read> reads,
    List<Check> checks,
    BiFunction<LocalDate, Tables, Dataset<Row>> rows)
    implements Job {

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    return rows.apply(day, tables);
  }

  /** A table {@code lake.gold.<name>} that is made day by day. */
  public static TableShape daily(String name) {
    return shape(name, new Materialization.Day());
  }

  public static TableShape shape(String name, Materialization materialization) {
    return new TableShape(
        new TableName("gold", name),
        "What a test makes.",
        List.of(
            new TableShape.Field("day", "DATE", "the day"),
            new TableShape.Field("key", "STRING", "the key"),
            new TableShape.Field("value", "BIGINT", "the value")),
        List.of("key"),
        materialization);
  }

  /** A job that makes one row for each word: {@code key=value}. */
  public static GivenJob making(SparkSession spark, TableShape shape, String... words) {
    return new GivenJob(shape, List.of(), List.of(), (day, tables) -> rows(spark, day, words));
  }

  public static Dataset<Row> rows(SparkSession spark, LocalDate day, String... words) {
    StringBuilder sql = new StringBuilder("SELECT DATE'" + day + "' AS day, key, value FROM (");
    sql.append("SELECT CAST(NULL AS STRING) AS key, CAST(NULL AS BIGINT) AS value WHERE FALSE");
    for (String word : words) {
      String[] parts = word.split("=", 2);
      sql.append(" UNION ALL SELECT '").append(parts[0]).append("', ").append(parts[1]);
    }
    return spark.sql(sql.append(")").toString());
  }

  public GivenJob shaped(Materialization materialization) {
    return new GivenJob(shape(writes.name().table(), materialization), reads, checks, rows);
  }

  public GivenJob checking(Check... more) {
    return new GivenJob(writes, reads, List.of(more), rows);
  }

  public GivenJob reading(TableName... tables) {
    return new GivenJob(writes, Arrays.stream(tables).map(Read::day).toList(), checks, rows);
  }

  /** Does something else first, once the run is at this job. */
  public GivenJob after(Runnable first) {
    return new GivenJob(
        writes,
        reads,
        checks,
        (day, tables) -> {
          first.run();
          return rows.apply(day, tables);
        });
  }
}
