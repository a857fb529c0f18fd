package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/** Where one session of a user ends and the next begins: the rule that {@link Sessions} tells. */
final class Visits {
  /** How long a session outlives its last event. */
  static final Duration PAUSE = Duration.ofMinutes(30);

  private Visits() {}

  /** From when on events must be known for the sessions of a day's events to be right. */
  static Instant from(LocalDate day) {
    return Events.midnight(day.minusDays(1)).minus(PAUSE);
  }

  /** A session's name, made of its first event's time and its user. */
  static Column id(Column startedAt) {
    return substring(sha2(concat_ws(" ", unix_micros(startedAt), col("user_id")), 256), 1, 32);
  }

  /**
   * Each event with {@code _starts}, whether a session of its user starts with it, and {@code
   * _before}, the time of the user's event before.
   *
   * <p>All windows are of one order, for which rows are moved and sorted once.
   */
  static Dataset<Row> begun(Dataset<Row> events) {
    Column paused =
        col("_before")
            .isNull()
            .or(
                col("_time")
                    .gt(col("_before").plus(expr("INTERVAL " + PAUSE.toMinutes() + " MINUTES"))));
    // Whether the user's day before had no pause: then its last one was on a day before that.
    Column cut =
        col("_day")
            .notEqual(to_date(col("_before")))
            .and(col("_pause").lt(to_date(col("_before"))));
    return events
        .repartition(col("user_id"))
        .withColumn("_day", Events.day())
        .withColumn("_before", lag("_time", 1).over(inOrder()))
        .withColumn("_paused", paused)
        .withColumn("_pause", last(when(col("_paused"), col("_day")), true).over(before()))
        .withColumn("_starts", col("_paused").or(coalesce(cut, lit(false))));
  }

  /** A user's events, one after the other. */
  static WindowSpec inOrder() {
    return Window.partitionBy("user_id").orderBy(Events.inOrder());
  }

  /** A user's events up to each. */
  static WindowSpec soFar() {
    return inOrder().rowsBetween(Window.unboundedPreceding(), Window.currentRow());
  }

  /** A user's events before each. */
  static WindowSpec before() {
    return inOrder().rowsBetween(Window.unboundedPreceding(), -1);
  }
}
