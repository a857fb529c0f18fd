package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.sort_array;
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

/** One row per person, over all days of {@link UserDays}, ids put together by {@link People}. */
final class Users implements Job {
  /** How many of a person's ids a row names. */
  static final int IDS = 100;

  private static final String MONEY = "decimal(38,4)";

  private static final TableShape SHAPE =
      TableShape.whole(
          new TableName("gold", "users"),
          "Persons: how they came, what they did, what they paid, over all days.",
          List.of(
              new Field("person_id", "STRING", "the least of the person's ids"),
              new Field("user_ids", "ARRAY<STRING>", "ids of its events, sorted: the first 100"),
              new Field("ids", "BIGINT", "how many ids its events came under"),
              new Field("first_at", "TIMESTAMP", "time of the first event"),
              new Field("last_at", "TIMESTAMP", "time of the last event"),
              new Field("active_days", "BIGINT", "on how many UTC days it has events"),
              new Field("sessions", "BIGINT", "sessions"),
              new Field("events", "BIGINT", "events, copies left out"),
              new Field("views", "BIGINT", "events of type view"),
              new Field("carts", "BIGINT", "events of type add_to_cart"),
              new Field("purchases", "BIGINT", "events of type purchase"),
              new Field("refunds", "BIGINT", "events of type refund"),
              new Field("revenue", "DECIMAL(38,4)", "what was bought for"),
              new Field("refunded", "DECIMAL(38,4)", "what was given back"),
              new Field("net", "DECIMAL(38,4)", "revenue less refunded"),
              new Field("currency", "STRING", "of all amounts; none when there are several"),
              new Field("first_touch_at", "TIMESTAMP", "first event that names source or campaign"),
              new Field("first_media_source", "STRING", "media source of the first touch"),
              new Field("first_campaign", "STRING", "campaign of the first touch"),
              new Field("last_touch_at", "TIMESTAMP", "last event that names source or campaign"),
              new Field("last_media_source", "STRING", "media source of the last touch"),
              new Field("last_campaign", "STRING", "campaign of the last touch"),
              new Field("country", "STRING", "the last that an event names")),
          List.of("person_id"));

  @Override
  public List<Read> reads() {
    return List.of(Read.all(UserDays.TABLE), Read.all(People.TABLE));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("person_id"),
        Check.notNull("person_id"),
        Check.holds("a person has events", "events >= 1 AND active_days >= 1 AND ids >= 1"),
        Check.holds("a person's first event is not after its last", "first_at <= last_at"),
        Check.holds("net is revenue less refunded", "net = revenue - refunded"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Dataset<Row> days = People.known(tables.read(UserDays.TABLE), tables);
    return days.groupBy("person_id")
        .agg(
            sort_array(collect_set("user_id")).as("_ids"),
            min("first_at").as("first_at"),
            max("last_at").as("last_at"),
            size(collect_set("day")).cast("bigint").as("active_days"),
            sum("sessions").as("sessions"),
            sum("events").as("events"),
            sum("views").as("views"),
            sum("carts").as("carts"),
            sum("purchases").as("purchases"),
            sum("refunds").as("refunds"),
            sum("revenue").cast(MONEY).as("revenue"),
            sum("refunded").cast(MONEY).as("refunded"),
            currency().as("currency"),
            min(touch("first")).as("_first"),
            max(touch("last")).as("_last"),
            max(country()).as("_country"))
        .select(
            col("*"),
            slice(col("_ids"), 1, IDS).as("user_ids"),
            size(col("_ids")).cast("bigint").as("ids"),
            col("revenue").minus(col("refunded")).cast(MONEY).as("net"),
            col("_first.first_touch_at").as("first_touch_at"),
            col("_first.first_media_source").as("first_media_source"),
            col("_first.first_campaign").as("first_campaign"),
            col("_last.last_touch_at").as("last_touch_at"),
            col("_last.last_media_source").as("last_media_source"),
            col("_last.last_campaign").as("last_campaign"),
            col("_country.country").as("country"));
  }

  /** Null when a day has several, or two days have different ones. */
  private static Column currency() {
    return when(
        max("currencies").leq(1).and(min("currency").equalTo(max("currency"))), min("currency"));
  }

  /** A day's first or last touch; of touches at one time, ids decide. */
  static Column touch(String which) {
    Column at = col(which + "_touch_at");
    return when(
        at.isNotNull(),
        struct(at, col("user_id"), col(which + "_media_source"), col(which + "_campaign")));
  }

  /** A day's last country; of countries at one time, ids decide. */
  static Column country() {
    Column at = col("country_at");
    return when(at.isNotNull(), struct(at, col("user_id"), col("country")));
  }
}
