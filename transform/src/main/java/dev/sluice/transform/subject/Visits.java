package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
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

  /** Each event with {@code _session}, the number of its session within the user. */
  static Dataset<Row> numbered(Dataset<Row> events) {
    WindowSpec ofUser = Window.partitionBy("user_id").orderBy(Events.inOrder());
    WindowSpec ofUserAndDay = Window.partitionBy("user_id", "_day");
    Column paused =
        col("_before")
            .isNull()
            .or(
                col("_time")
                    .gt(col("_before").plus(expr("INTERVAL " + PAUSE.toMinutes() + " MINUTES"))));
    Column cut = col("_day").notEqual(col("_day_before")).and(col("_pauses_before").equalTo(0));
    return events
        .repartition(col("user_id"))
        .withColumn("_day", Events.day())
        .withColumn("_before", lag("_time", 1).over(ofUser))
        .withColumn("_day_before", lag("_day", 1).over(ofUser))
        .withColumn("_paused", when(paused, 1).otherwise(0))
        .withColumn("_pauses", sum("_paused").over(ofUserAndDay))
        .withColumn("_pauses_before", lag("_pauses", 1).over(ofUser))
        .withColumn("_starts", when(col("_paused").equalTo(1).or(cut), 1).otherwise(0))
        .withColumn("_session", sum("_starts").over(ofUser));
  }
}
