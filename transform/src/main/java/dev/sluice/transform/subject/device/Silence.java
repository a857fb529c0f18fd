package dev.sluice.transform.subject.device;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.subject.event.RawStream;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which time of a day the readings cover, and which they do not.
 *
 * <p>A series' usual interval is the median of the times between its readings, of the day and the
 * day before. A reading covers the time to the next one. Where that is further off than {@link
 * #INTERVALS} usual intervals, it covers one, and what follows is silence; without a next reading
 * on the day after either, the silence goes on. The time before the first reading is neither. A
 * series with fewer than two times has no usual interval, and no silence.
 */
final class Silence {
  /** A wait of more usual intervals than this is silence. */
  static final int INTERVALS = 3;

  private Silence() {}

  /**
   * Each reading once for every hour of the day that it, or the time to the next one, is in: with
   * {@code hour}, {@code _own} (whether it was taken then), {@code _usual}, {@code _covered} and
   * {@code _silent}, in microseconds.
   */
  static Dataset<Row> byHour(Dataset<Row> readings, LocalDate day) {
    Column start = lit(RawStream.midnight(day));
    Column lastHour = lit(RawStream.midnight(day.plusDays(1))).minus(expr("INTERVAL 1 HOUR"));
    Column hourEnd = unix_micros(col("hour")).plus(3_600_000_000L);
    return waits(readings, day)
        .withColumn("_from", greatest(col("_hour"), start))
        .withColumn(
            "_until",
            least(
                greatest(date_trunc("hour", expr("_end - INTERVAL 0.000001 SECOND")), col("_hour")),
                lastHour))
        .where(col("_from").leq(col("_until")))
        .withColumn("hour", expr("explode(sequence(_from, _until, INTERVAL 1 HOUR))"))
        .withColumn("_own", col("hour").equalTo(col("_hour")))
        .withColumn("_covered", overlap(col("_time"), col("_due"), hourEnd))
        .withColumn("_silent", overlap(col("_due"), col("_end"), hourEnd));
  }

  /** With {@code _end}, the next reading, and {@code _due}, when it is waited for no longer. */
  private static Dataset<Row> waits(Dataset<Row> readings, LocalDate day) {
    String ofBoth = "_time > _before AND _time < TIMESTAMP '" + day.plusDays(1) + " 00:00:00'";
    // The value is one of the waits, which a double holds exactly.
    String usual =
        "CAST(percentile_disc(0.5) WITHIN GROUP (ORDER BY IF("
            + ofBoth
            + ", unix_micros(_time) - unix_micros(_before), NULL))"
            + " OVER (PARTITION BY device_id, metric) AS BIGINT)";
    Column end = coalesce(col("_next"), lit(RawStream.midnight(day.plusDays(2))));
    Column wait = unix_micros(col("_end")).minus(unix_micros(col("_time")));
    return readings
        .withColumn("_usual", expr(usual))
        .withColumn("_end", when(col("_usual").isNull(), col("_time")).otherwise(end))
        .withColumn(
            "_due",
            when(
                    wait.gt(col("_usual").multiply(INTERVALS)),
                    expr("timestamp_micros(unix_micros(_time) + _usual)"))
                .otherwise(col("_end")));
  }

  /** How many microseconds of the hour are from {@code from} to {@code to}. */
  private static Column overlap(Column from, Column to, Column hourEnd) {
    return greatest(
        least(unix_micros(to), hourEnd)
            .minus(greatest(unix_micros(from), unix_micros(col("hour")))),
        lit(0L));
  }
}
