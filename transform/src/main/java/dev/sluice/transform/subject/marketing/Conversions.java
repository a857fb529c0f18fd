package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;

import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.subject.event.RawStream;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a day's users did that somebody is to be credited for: orders, and installs.
 *
 * <p>An install is an event of the app's. One that only a partner reports is a conversion too,
 * unless its user has an install event on its day or a day next to it: that is the same install.
 */
final class Conversions {
  private static final RawStream APP_EVENTS =
      RawStream.of("app_events", "event_id STRING, user_id STRING, type STRING");

  /** A day on both sides of the day, and the day that copies look back. */
  static final Read READ = Read.around(APP_EVENTS.table(), 2, 1);

  private Conversions() {}

  /** Each with {@code _person}, its id, time, and, of an order, what it is worth. */
  static Dataset<Row> of(Tables tables, LocalDate day, Dataset<Row> statements) {
    Dataset<Row> installs =
        APP_EVENTS.distinct(
            tables,
            day.minusDays(1),
            day.plusDays(1),
            coalesce(col("type").equalTo("install"), lit(false)));
    Dataset<Row> reported =
        statements
            .where(col("kind").equalTo("install").and(to_date(col("known_at")).equalTo(lit(day))))
            .join(installs.select("user_id").distinct(), "user_id", "left_anti");
    return orders(tables, day)
        .unionByName(
            installs
                .where(to_date(col("_time")).equalTo(lit(day)))
                .select(install(RawStream.id(), Person.user(col("user_id")), col("_time"))))
        .unionByName(
            reported.select(install(col("statement"), col(Person.COLUMN), col("known_at"))));
  }

  private static Dataset<Row> orders(Tables tables, LocalDate day) {
    return Gold.days(tables, Gold.TRANSACTIONS, day, day)
        .select(
            lit("purchase").as("conversion"),
            coalesce(col("order_id"), lit("")).as("conversion_id"),
            col("user_id"),
            Person.user(col("user_id")).as(Person.COLUMN),
            col("purchased_at").as("converted_at"),
            // What has more digits than money has is credited, but not as an amount.
            expr("try_cast(net AS DECIMAL(27,4))").as("revenue"),
            col("currency"));
  }

  private static Column[] install(Column id, Column person, Column at) {
    return new Column[] {
      lit("install").as("conversion"),
      id.as("conversion_id"),
      col("user_id"),
      person.as(Person.COLUMN),
      at.as("converted_at"),
      lit(null).cast("decimal(27,4)").as("revenue"),
      lit(null).cast("string").as("currency")
    };
  }
}
