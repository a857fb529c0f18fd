package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The users that a day brought, and by whom. */
final class Cohort {
  /** A user who was not here for so many days is new, or won back. */
  static final int AWAY_DAYS = 30;

  private Cohort() {}

  /** Each {@code user_id} with its {@code media_source}, which is none for a direct one. */
  static Dataset<Row> of(Tables tables, LocalDate day) {
    Column named = MediaSource.isNamed(col("media_source"));
    Column first = struct(col("started_at"), col("session_id"));
    Dataset<Row> seen =
        Gold.days(tables, Gold.SESSIONS, day.minusDays(AWAY_DAYS), day)
            .where(col("user_id").isNotNull())
            .groupBy("user_id")
            .agg(
                max(col("day").lt(lit(day))).as("_before"),
                max(col("day").equalTo(lit(day))).as("_now"),
                min_by(col("media_source"), when(named.and(col("day").equalTo(lit(day))), first))
                    .as("_visited"))
            .where(col("_now").and(col("_before").equalTo(false)));
    Dataset<Row> installs =
        Gold.days(tables, Attribution.TABLE, day, day)
            .where(
                col("conversion")
                    .equalTo("install")
                    .and(col("model").equalTo("last"))
                    .and(col("media_source").isNotNull()))
            .groupBy("user_id")
            .agg(
                min_by(col("media_source"), struct(col("converted_at"), col("conversion_id")))
                    .as("_installed"));
    return seen.join(installs, "user_id", "left")
        .select(col("user_id"), coalesce(col("_installed"), col("_visited")).as("media_source"));
  }
}
