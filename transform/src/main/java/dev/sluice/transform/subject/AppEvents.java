package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
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
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * One row per event, copies left out, with its place in its session: what the other subject tables
 * are made of, so that raw events are cleaned once a night.
 *
 * <p>An event belongs to the UTC day of its time, also when its session began the day before. What
 * is said of its session is only what was so when it came: nothing here looks ahead, so a day is
 * whole when its own events are.
 */
final class AppEvents implements Job {
  static final TableName TABLE = new TableName("gold", "events");

  private static final TableShape SHAPE =
      TableShape.daily(
          TABLE,
          "App events, each once, with its place in its session.",
          List.of(
              new Field("day", "DATE", "UTC day of the event"),
              new Field("user_id", "STRING", "whose event it is"),
              new Field("session_id", "STRING", "its session, as in gold.sessions"),
              new Field("number", "BIGINT", "the how manyeth event of its session, from 1"),
              new Field("time", "TIMESTAMP", "when it happened"),
              new Field("event_id", "STRING", "the event, as its sender calls it"),
              new Field("type", "STRING", "view, add_to_cart, purchase, refund ..."),
              new Field("page", "STRING", "path of its page: no host, query or last slash"),
              new Field("came_from", "STRING", "the page its session was on before"),
              new Field("item_id", "STRING", "the item, if it is about one"),
              new Field("category", "STRING", "the item's category, if said"),
              new Field("price", "DECIMAL(18,4)", "price of a piece, if said"),
              new Field("pieces", "BIGINT", "of a purchase or refund: how many pieces"),
              new Field("amount", "DECIMAL(38,4)", "of a purchase or refund: price times pieces"),
              new Field("currency", "STRING", "of price and amount, if said"),
              new Field("order_id", "STRING", "the order, if it is about one"),
              new Field("media_source", "STRING", "where the user came from, if said"),
              new Field("campaign", "STRING", "the campaign that brought the user, if said"),
              new Field("country", "STRING", "where the user was, if said"),
              new Field("other_id", "STRING", "another id of the user: anonymous_id or device_id"),
              new Field("received_at", "TIMESTAMP", "when the front door took it"),
              new Field("shard", "INT", "where it is in the log"),
              new Field("offset", "BIGINT", "where it is in the shard")),
          List.of("user_id", "time"));

  @Override
  public List<Read> reads() {
    return List.of(Read.around(Events.RAW, 3, 0));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("shard", "offset"),
        Check.notNull("user_id"),
        Check.notNull("session_id"),
        Check.notNull("type"),
        Check.holds("an event is of its day", "to_date(time) = day"),
        Check.holds("a session counts from 1", "number >= 1"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Dataset<Row> events =
        Events.distinct(
            name -> named(tables.read(name)),
            Visits.from(day),
            Events.midnight(day.plusDays(1)),
            lit(true));
    return placed(events)
        .where(col("_day").equalTo(lit(day)))
        .withColumnsRenamed(
            Map.of(
                "_day", "day",
                "_time", "time",
                "_received_at", "received_at",
                "_shard", "shard",
                "_offset", "offset"));
  }

  /** Before rows are moved about: a few plain columns move faster than a map. */
  private static Dataset<Row> named(Dataset<Row> raw) {
    Column money = Events.movesMoney();
    return raw.select(
        col("_time"),
        col("_received_at"),
        col("_shard"),
        col("_offset"),
        col("event_id"),
        col("user_id"),
        col("type"),
        PagePath.of(col("page")).as("page"),
        col("item_id"),
        col("category"),
        expr("try_cast(price AS DECIMAL(18,4))").as("price"),
        when(money, Events.PIECES).cast("bigint").as("pieces"),
        when(money, Events.AMOUNT).cast("decimal(38,4)").as("amount"),
        col("currency"),
        col("order_id"),
        col("media_source"),
        Events.said(raw, "campaign").as("campaign"),
        Events.said(raw, "country").as("country"),
        coalesce(Events.said(raw, "anonymous_id"), Events.said(raw, "device_id")).as("other_id"));
  }

  private static Dataset<Row> placed(Dataset<Row> events) {
    WindowSpec soFar = Visits.soFar();
    return Visits.begun(events)
        .withColumn("_row", row_number().over(Visits.inOrder()).cast("bigint"))
        .withColumn("_page", last(col("page"), true).over(Visits.before()))
        .withColumn(
            "_paged", last(when(col("page").isNotNull(), col("_row")), true).over(Visits.before()))
        .withColumn("_first", last(when(col("_starts"), col("_row")), true).over(soFar))
        .withColumn("_started_at", last(when(col("_starts"), col("_time")), true).over(soFar))
        .withColumn("number", col("_row").minus(col("_first")).plus(1))
        .withColumn("came_from", when(col("_paged").geq(col("_first")), col("_page")))
        .withColumn("session_id", Visits.id(col("_started_at")));
  }
}
