package dev.sluice.transform.sample;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.TableShape.Field;
import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The smallest of jobs: how many rows a table has on the days that are read.
 *
 * @param text what stands for its code
 */
public record CountedDays(Read source, TableName makes, String dayOf, String text) implements Job {
  @Override
  public List<Read> reads() {
    return List.of(source);
  }

  @Override
  public TableShape writes() {
    return TableShape.daily(
        makes,
        "Counts.",
        List.of(
            new Field("day", "DATE", "the day"), new Field("counted", "BIGINT", "how many rows")),
        List.of("day"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    if (text.equals("broken")) {
      throw new IllegalStateException("it is broken");
    }
    return tables
        .read(source.table())
        .where(
            expr(dayOf)
                .geq(lit(day.minusDays(source.daysBefore())))
                .and(expr(dayOf).lt(lit(day.plusDays(source.daysAfter() + 1L)))))
        .agg(count(lit(1)).as("counted"))
        .withColumn("day", lit(day));
  }
}
