package dev.sluice.transform.subject.device;

import static org.apache.spark.sql.functions.lit;

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
 * One row per device, metric and hour that has readings, or silence after one.
 *
 * <p>Statistics are of values that are numbers: one that is absent, NaN or infinite is a reading,
 * and unusable. The same readings give the same digits: values are added in their order.
 */
public final class DeviceHours implements Job {
  static final TableName TABLE = new TableName("gold", "device_hours");

  private static final TableShape SHAPE =
      TableShape.daily(
          TABLE,
          "What each device measured in each hour, and what of it is missing.",
          List.of(
              new Field("day", "DATE", "UTC day of the hour"),
              new Field("hour", "TIMESTAMP", "when the hour begins"),
              new Field("device_id", "STRING", "who measured"),
              new Field("metric", "STRING", "what"),
              new Field("unit", "STRING", "in what; as the last reading that says it"),
              new Field("readings", "BIGINT", "how many, copies left out"),
              new Field("unusable", "BIGINT", "readings whose value is no number"),
              new Field("least", "DOUBLE", "smallest value"),
              new Field("greatest", "DOUBLE", "largest value"),
              new Field("mean", "DOUBLE", "of the values"),
              new Field("p50", "DOUBLE", "exact median, between two values where needed"),
              new Field("p95", "DOUBLE", "exact 95th percentile, likewise"),
              new Field("first_value", "DOUBLE", "of the first reading that has one"),
              new Field("last_value", "DOUBLE", "of the last reading that has one"),
              new Field("battery_least", "DOUBLE", "lowest battery said"),
              new Field("expected", "BIGINT", "different numbers, and those between them"),
              new Field("received", "BIGINT", "different numbers of the sequence"),
              new Field("missing", "BIGINT", "numbers that never came, told at the next higher"),
              new Field("duplicates", "BIGINT", "readings with a number that was there before"),
              new Field("resets", "BIGINT", "how often the device began to count anew"),
              new Field("out_of_order", "BIGINT", "readings received after a higher number"),
              new Field("usual_seconds", "DECIMAL(18,6)", "median time between readings"),
              new Field("silences", "BIGINT", "waits of over 3 usual intervals in the hour"),
              new Field("silent_seconds", "DECIMAL(10,6)", "of the hour, after a reading was due"),
              new Field("coverage", "DECIMAL(7,6)", "share of the hour that readings cover")),
          List.of("device_id", "metric", "hour"));

  @Override
  public List<Read> reads() {
    return List.of(Readings.READ);
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.notNull("device_id"),
        Check.unique("device_id", "metric", "hour"),
        known("statistics are in order", "least <= p50 AND p50 <= p95 AND p95 <= greatest"),
        known("the mean is between", "mean BETWEEN least AND greatest"),
        known("coverage is a share", "coverage BETWEEN 0 AND 1"),
        known("an hour is an hour", "silent_seconds BETWEEN 0 AND 3600"),
        Check.holds("counts are no more than readings", "received + duplicates <= readings"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    return Statistics.of(Silence.byHour(Readings.around(tables, day), day))
        .withColumn("day", lit(day));
  }

  /** It need not hold of what a row does not have. */
  private static Check known(String name, String condition) {
    return Check.holds(name, "coalesce(" + condition + ", true)");
  }
}
