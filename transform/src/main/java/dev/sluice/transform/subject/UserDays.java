package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.TableShape.Field;
import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One row per user id and day: small enough that users, their history and cohorts are made anew
 * each night from all days there are.
 *
 * <p>A touch is an event that names a media source or a campaign.
 */
final class UserDays implements Job {
  static final TableName TABLE = new TableName("gold", "user_days");

  private static final TableShape SHAPE =
      TableShape.daily(
          TABLE,
          "What each user id did on each day.",
          List.of(
              new Field("day", "DATE", "UTC day"),
              new Field("user_id", "STRING", "whose day it is, as the events say"),
              new Field("events", "BIGINT", "how many events, copies left out"),
              new Field("sessions", "BIGINT", "sessions that began on the day"),
              new Field("views", "BIGINT", "events of type view"),
              new Field("carts", "BIGINT", "events of type add_to_cart"),
              new Field("purchases", "BIGINT", "events of type purchase"),
              new Field("refunds", "BIGINT", "events of type refund"),
              new Field("revenue", "DECIMAL(38,4)", "what was bought for"),
              new Field("refunded", "DECIMAL(38,4)", "what was given back"),
              new Field("currency", "STRING", "of both; none when there are several"),
              new Field("currencies", "BIGINT", "how many different currencies"),
              new Field("first_at", "TIMESTAMP", "time of the first event"),
              new Field("last_at", "TIMESTAMP", "time of the last event"),
              new Field("first_touch_at", "TIMESTAMP", "time of the first touch, if any"),
              new Field("first_media_source", "STRING", "media source of the first touch"),
              new Field("first_campaign", "STRING", "campaign of the first touch"),
              new Field("last_touch_at", "TIMESTAMP", "time of the last touch, if any"),
              new Field("last_media_source", "STRING", "media source of the last touch"),
              new Field("last_campaign", "STRING", "campaign of the last touch"),
              new Field("country_at", "TIMESTAMP", "time of the last event that names a country"),
              new Field("country", "STRING", "the country it names")),
          List.of("user_id"));

  @Override
  public List<Read> reads() {
    return List.of(Read.day(AppEvents.TABLE));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("day", "user_id"),
        Check.notNull("user_id"),
        Check.holds("a user's day has events", "events >= 1 AND sessions BETWEEN 0 AND events"),
        Check.holds("it begins before it ends", "first_at <= last_at"),
        Check.holds("it is of its day", "to_date(first_at) = day AND to_date(last_at) = day"),
        Check.holds(
            "touches are in order", "first_touch_at IS NULL OR first_touch_at <= last_touch_at"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Column touches = col("media_source").isNotNull().or(col("campaign").isNotNull());
    Column touch = when(touches, inOrder("media_source", "campaign"));
    Column country = when(col("country").isNotNull(), inOrder("country"));
    Column currency = when(Events.movesMoney(), col("currency"));
    return tables
        .read(AppEvents.TABLE)
        .where(col("day").equalTo(lit(day)))
        .groupBy("day", "user_id")
        .agg(
            count(lit(1)).as("events"),
            count_if(col("number").equalTo(1)).as("sessions"),
            count_if(Events.isOfType("view")).as("views"),
            count_if(Events.isOfType("add_to_cart")).as("carts"),
            count_if(Events.isOfType("purchase")).as("purchases"),
            count_if(Events.isOfType("refund")).as("refunds"),
            amount("purchase").as("revenue"),
            amount("refund").as("refunded"),
            when(min(currency).equalTo(max(currency)), min(currency)).as("currency"),
            size(collect_set(currency)).cast("bigint").as("currencies"),
            min("time").as("first_at"),
            max("time").as("last_at"),
            min(touch).as("_first"),
            max(touch).as("_last"),
            max(country).as("_country"))
        .select(
            col("*"),
            col("_first.time").as("first_touch_at"),
            col("_first.media_source").as("first_media_source"),
            col("_first.campaign").as("first_campaign"),
            col("_last.time").as("last_touch_at"),
            col("_last.media_source").as("last_media_source"),
            col("_last.campaign").as("last_campaign"),
            col("_country.time").as("country_at"),
            col("_country.country").as("country"));
  }

  /** The sum of what purchases, or refunds, come to; exact. */
  static Column amount(String type) {
    return coalesce(sum(when(Events.isOfType(type), col("amount"))), lit(0)).cast("decimal(38,4)");
  }

  /** The columns behind what orders all events: the least of these is of the first event. */
  static Column inOrder(String... columns) {
    Column[] all = new Column[4 + columns.length];
    all[0] = col("time");
    all[1] = col("received_at");
    all[2] = col("shard");
    all[3] = col("offset");
    for (int i = 0; i < columns.length; i++) {
      all[4 + i] = col(columns[i]);
    }
    return struct(all);
  }
}
