package dev.sluice.transform.subject.device;

import static org.apache.spark.sql.functions.any_value;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.subject.event.RawStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * An hour of a series in numbers. The readings come in as {@link Silence#byHour} gives them: only
 * those of the hour's own count, and the others tell of its silence.
 */
final class Statistics {
  private Statistics() {}

  static Dataset<Row> of(Dataset<Row> readings) {
    Column counted = col("_numbered").and(col("_duplicate").equalTo(false));
    Dataset<Row> hours =
        readings
            .withColumn("_value", own(finite("value")))
            .withColumn("_battery", own(finite("battery")))
            .withColumn("_unit", own(col("unit")))
            .groupBy("device_id", "metric", "hour")
            .agg(
                many(lit(true)).as("readings"),
                many(col("_value").isNull()).as("unusable"),
                sort_array(collect_list("_value")).as("_sorted"),
                max_by(col("_unit"), whereSaid("_unit")).as("unit"),
                min_by(col("_value"), whereSaid("_value")).as("first_value"),
                max_by(col("_value"), whereSaid("_value")).as("last_value"),
                min("_battery").as("battery_least"),
                many(counted).as("received"),
                total("_missing").as("missing"),
                many(col("_duplicate")).as("duplicates"),
                total("_resets").as("resets"),
                many(col("_disordered")).as("out_of_order"),
                any_value(col("_usual")).as("_usual"),
                count(when(col("_silent").gt(0), 1)).as("silences"),
                sum("_silent").as("_silent"),
                sum("_covered").as("_covered"));
    return hours
        .withColumn("_n", expr("size(_sorted)"))
        .withColumn("least", expr("try_element_at(_sorted, 1)"))
        .withColumn("greatest", expr("try_element_at(_sorted, -1)"))
        .withColumn("mean", mean())
        .withColumn("p50", percentile("0.5D"))
        .withColumn("p95", percentile("0.95D"))
        .withColumn("expected", col("received").plus(col("missing")))
        .withColumn("usual_seconds", seconds("_usual", "DECIMAL(18,6)"))
        .withColumn("silent_seconds", seconds("_silent", "DECIMAL(10,6)"))
        .withColumn(
            "coverage",
            expr(
                "IF(_usual IS NULL, NULL,"
                    + " CAST(CAST(_covered AS DECIMAL(20,0)) / 3600000000BD AS DECIMAL(7,6)))"));
  }

  private static Column own(Column column) {
    return when(col("_own"), column);
  }

  private static Column many(Column condition) {
    return count(when(col("_own").and(condition), 1));
  }

  private static Column total(String column) {
    return coalesce(sum(own(col(column))), lit(0L));
  }

  private static Column whereSaid(String column) {
    return when(col(column).isNotNull(), struct(RawStream.inOrder()));
  }

  /** A value, if it is a number. Zero has no sign here, for it has none in an order. */
  private static Column finite(String column) {
    return expr(
        "IF(isnan(%1$s) OR abs(%1$s) = double('infinity'), NULL, %1$s + 0D)".formatted(column));
  }

  /** Divided before it is added, so that the largest values are no infinite sum. */
  private static Column mean() {
    return expr(
        "IF(_n = 0, NULL, least(try_element_at(_sorted, -1), greatest(try_element_at(_sorted, 1),"
            + " aggregate(_sorted, 0D, (a, x) -> a + x / _n))))");
  }

  /** Between the two values around its place, by how near it is to each, and never beyond. */
  private static Column percentile(String share) {
    String place = share + " * (_n - 1)";
    String below = "CAST(floor(" + place + ") AS INT)";
    String above = "CAST(ceil(" + place + ") AS INT)";
    String low = "try_element_at(_sorted, " + below + " + 1)";
    String high = "try_element_at(_sorted, " + above + " + 1)";
    return expr(
        "IF(_n = 0, NULL, IF(%2$s = %3$s, %4$s, least(%5$s, greatest(%4$s,"
            .concat(" (%3$s - %1$s) * %4$s + (%1$s - %2$s) * %5$s))))")
            .formatted(place, below, above, low, high));
  }

  private static Column seconds(String micros, String type) {
    return expr("CAST(CAST(%s AS DECIMAL(18,0)) * 0.000001BD AS %s)".formatted(micros, type));
  }
}
