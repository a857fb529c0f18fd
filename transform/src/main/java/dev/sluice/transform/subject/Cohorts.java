package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.datediff;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sequence;

import dev.sluice.transform.job.Check;
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
import org.apache.spark.sql.expressions.Window;

/**
 * One row per cohort, the persons first seen on one day, and day since: how many of them were there
 * again. Days that no table has yet have no row; the newest day of {@link UserDays} is the last.
 */
final class Cohorts implements Job {
  /** How many days after its first a cohort is followed. */
  static final int DAYS = 30;

  private static final TableShape SHAPE =
      TableShape.whole(
          new TableName("gold", "cohorts"),
          "Retention: of the persons first seen on a day, how many were there again since.",
          List.of(
              new Field("cohort", "DATE", "UTC day on which its persons were first seen"),
              new Field("days_since", "INT", "days after that, 0 to 30"),
              new Field("persons", "BIGINT", "how many persons the cohort has"),
              new Field("active", "BIGINT", "how many of them have events on that day"),
              new Field("retention", "DECIMAL(9,6)", "active as a share of persons")),
          List.of("cohort", "days_since"));

  @Override
  public List<Read> reads() {
    return List.of(Read.all(UserDays.TABLE), Read.all(People.TABLE));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("cohort", "days_since"),
        Check.notNull("cohort"),
        Check.holds("a cohort is followed for 30 days", "days_since BETWEEN 0 AND " + DAYS),
        Check.holds("retention is a share", "retention BETWEEN 0 AND 1"),
        Check.holds("all are there on their first day", "days_since > 0 OR active = persons"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Dataset<Row> days =
        People.known(tables.read(UserDays.TABLE).select("day", "user_id"), tables)
            .select("person_id", "day")
            .distinct()
            .withColumn("cohort", min("day").over(Window.partitionBy("person_id")));
    Dataset<Row> active =
        days.withColumn("days_since", datediff(col("day"), col("cohort")))
            .where(col("days_since").leq(DAYS))
            .groupBy("cohort", "days_since")
            .agg(count(lit(1)).as("active"));
    Dataset<Row> followed =
        active
            .where(col("days_since").equalTo(0))
            .select(col("cohort"), col("active").as("persons"))
            .crossJoin(tables.read(UserDays.TABLE).agg(max("day").as("_newest")))
            .withColumn(
                "days_since",
                explode(
                    sequence(lit(0), least(lit(DAYS), datediff(col("_newest"), col("cohort"))))));
    return followed
        .join(active, new String[] {"cohort", "days_since"}, "left")
        .withColumn("active", coalesce(col("active"), lit(0L)))
        .withColumn("retention", Shares.of(col("active"), col("persons")));
  }
}
