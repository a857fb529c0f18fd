package dev.sluice.transform.subject.device;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.subject.event.RawStream;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Readings, each with what its neighbours say of it. A series is a device and a metric.
 *
 * <p>A sequence counts up within a run. A run ends, and the device has begun to count anew, when
 * the next reading in time has a number that is 0, or 1 after more than 2, or lower by more than
 * {@link #DISORDER}, or higher by more than {@link #JUMP}. Within a run a number that was there
 * before is a duplicate, one below a number that was received before is out of order, and what lies
 * between a number and the next lower one is missing. A negative number is none.
 */
final class Readings {
  /** A number may come this much too late and still be of its run. */
  static final int DISORDER = 100;

  /** More than this is never missing: the device counts from elsewhere. */
  static final int JUMP = 1_000_000;

  private static final RawStream RAW =
      RawStream.of(
          "sensor_readings",
          "event_id STRING, device_id STRING, metric STRING, value DOUBLE, unit STRING,"
              + " battery DOUBLE, sequence BIGINT");

  /** A day on both sides of the day, and the day that copies look back. */
  static final Read READ = Read.around(RAW.table(), 2, 1);

  private Readings() {}

  /**
   * The readings of the day and its neighbours, with {@code _hour}, {@code _before} and {@code
   * _next} (the times of their neighbours in the series), {@code _resets}, {@code _duplicate},
   * {@code _disordered} and {@code _missing}.
   */
  static Dataset<Row> around(Tables tables, LocalDate day) {
    Dataset<Row> readings =
        RAW.distinct(tables, day.minusDays(1), day.plusDays(1), lit(true))
            .where(col("device_id").isNotNull().and(col("metric").isNotNull()))
            .repartition(col("device_id"), col("metric"));
    return counted(runs(readings));
  }

  /** All its windows are over one order, so that the readings are sorted once. */
  private static Dataset<Row> runs(Dataset<Row> readings) {
    WindowSpec ofSeries = Window.partitionBy("device_id", "metric").orderBy(RawStream.inOrder());
    WindowSpec before = ofSeries.rowsBetween(Window.unboundedPreceding(), -1);
    WindowSpec soFar = ofSeries.rowsBetween(Window.unboundedPreceding(), Window.currentRow());
    Column lower = col("_number").lt(col("_number_before"));
    Column begins =
        col("_number")
            .equalTo(0)
            .or(col("_number").equalTo(1).and(col("_number_before").gt(2)))
            .or(col("_number_before").minus(col("_number")).gt(DISORDER));
    Column jumps = col("_number").minus(col("_number_before")).gt(JUMP);
    return readings
        .withColumn("_hour", date_trunc("hour", col("_time")))
        .withColumn("_number", when(col("sequence").geq(0), col("sequence")))
        .withColumn("_before", lag("_time", 1).over(ofSeries))
        .withColumn("_next", lead("_time", 1).over(ofSeries))
        .withColumn("_number_before", last(col("_number"), true).over(before))
        .withColumn(
            "_resets", when(coalesce(lower.and(begins).or(jumps), lit(false)), 1L).otherwise(0L))
        .withColumn("_run", sum("_resets").over(soFar));
  }

  /** These are over two more orders: by number, and by receipt. */
  private static Dataset<Row> counted(Dataset<Row> runs) {
    Column[] ofRun = {col("device_id"), col("metric"), col("_run")};
    Column[] ofNumber = {col("device_id"), col("metric"), col("_run"), col("_number")};
    Column[] byNumber = {
      col("_number"), col("_time"), col("_received_at"), col("_shard"), col("_offset")
    };
    WindowSpec receivedBefore =
        Window.partitionBy(ofRun)
            .orderBy(RawStream.inOrderOfReceipt())
            .rowsBetween(Window.unboundedPreceding(), -1);
    Column place = row_number().over(Window.partitionBy(ofNumber).orderBy(RawStream.inOrder()));
    Column lower = lag("_number", 1).over(Window.partitionBy(ofRun).orderBy(byNumber));
    Column counts = col("_numbered").and(col("_duplicate").equalTo(false));
    return runs.withColumn("_numbered", col("_number").isNotNull())
        .withColumn("_duplicate", col("_numbered").and(place.gt(1)))
        .withColumn(
            "_missing",
            when(counts, coalesce(col("_number").minus(lower).minus(1), lit(0L))).otherwise(0L))
        .withColumn(
            "_disordered",
            counts.and(
                coalesce(max("_number").over(receivedBefore).gt(col("_number")), lit(false))));
  }
}
