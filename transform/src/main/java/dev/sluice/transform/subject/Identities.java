package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;

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

/**
 * One row per pair of a user id and another id that were seen together on a day: on an app event
 * that says {@code anonymous_id} or {@code device_id}, or in what an attribution partner reports of
 * a user and a device.
 */
final class Identities implements Job {
  static final TableName TABLE = new TableName("gold", "identities");

  static final TableName REPORTS = new TableName("raw", "attributions");

  /** What a partner knows a device by. */
  private static final List<String> DEVICE = List.of("device_id", "advertising_id", "idfa", "idfv");

  private static final TableShape SHAPE =
      TableShape.daily(
          TABLE,
          "Which ids were seen together on each day: they may be of one person.",
          List.of(
              new Field("day", "DATE", "UTC day"),
              new Field("user_id", "STRING", "the one id"),
              new Field("other_id", "STRING", "the other: anonymous or of a device")),
          List.of("user_id", "other_id"));

  @Override
  public List<Read> reads() {
    return List.of(Read.day(AppEvents.TABLE), Read.day(REPORTS).orNothing());
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("day", "user_id", "other_id"),
        Check.notNull("user_id"),
        Check.notNull("other_id"),
        Check.holds("an id is not seen with itself", "user_id <> other_id"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Dataset<Row> pairs =
        tables
            .read(AppEvents.TABLE)
            .where(col("day").equalTo(lit(day)).and(col("other_id").isNotNull()))
            .select("day", "user_id", "other_id");
    if (tables.has(REPORTS)) {
      Dataset<Row> reports = tables.read(REPORTS);
      List<String> there = List.of(reports.columns());
      Dataset<Row> ofDay =
          reports
              .withColumn("day", to_date(col("_time")))
              .where(col("day").equalTo(lit(day)).and(col("user_id").notEqual("")));
      for (String device : DEVICE.stream().filter(there::contains).toList()) {
        pairs = pairs.union(ofDay.select(col("day"), col("user_id"), col(device)));
      }
    }
    return pairs
        .where(col("other_id").notEqual("").and(col("other_id").notEqual(col("user_id"))))
        .distinct();
  }
}
