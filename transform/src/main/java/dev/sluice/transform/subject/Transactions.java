package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_add;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.min_by;
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
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * One row per order: its purchases, less its refunds.
 *
 * <p>An order belongs to the UTC day of its first purchase, and takes the purchases of the day
 * after too; should it be bought on a third day in a row, a new row begins there, so that three
 * days decide what belongs together. A purchase that names no order is an order of its own, called
 * as its event. A refund is netted from the last row of its order that does not begin after it, for
 * {@link #REFUND_DAYS} days; one that comes after the night is netted when the day is run again.
 */
final class Transactions implements Job {
  /** How many days after an order's day its refunds count. */
  static final int REFUND_DAYS = 30;

  private static final String MONEY = "decimal(38,4)";

  private static final TableShape SHAPE =
      TableShape.daily(
          new TableName("gold", "transactions"),
          "Orders: purchases, less the refunds of the 30 days that follow.",
          List.of(
              new Field("day", "DATE", "UTC day of the first purchase"),
              new Field("order_id", "STRING", "the order; the event's id where it names none"),
              new Field("user_id", "STRING", "who bought first"),
              new Field("items", "BIGINT", "pieces bought"),
              new Field("gross", "DECIMAL(38,4)", "what was bought for"),
              new Field("refunded", "DECIMAL(38,4)", "what was given back"),
              new Field("net", "DECIMAL(38,4)", "gross less refunded"),
              new Field("currency", "STRING", "of all amounts; none when there are several"),
              new Field("purchased_at", "TIMESTAMP", "time of the first purchase")),
          List.of("order_id"));

  @Override
  public List<Read> reads() {
    return List.of(Read.around(Events.RAW, 3, REFUND_DAYS));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("order_id"),
        Check.notNull("purchased_at"),
        Check.holds("net is gross less refunded", "net = gross - refunded"),
        Check.notNull("order_id").warns(),
        Check.holds("no more refunded than paid", "refunded <= gross").warns());
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Instant from = Events.midnight(day.minusDays(2));
    Instant to = Events.midnight(day.plusDays(REFUND_DAYS + 1));
    Dataset<Row> events =
        Events.distinct(tables, from, to, col("type").isin("purchase", "refund"))
            .withColumn("_day", Events.day());
    Dataset<Row> orders = orders(purchases(events)).where(col("day").equalTo(lit(day)));
    return netted(orders, refunds(events, day));
  }

  /** What was bought of an order on a day. */
  private static Dataset<Row> purchases(Dataset<Row> events) {
    return events
        .where(Events.isOfType("purchase"))
        .withColumn("order_id", coalesce(col("order_id"), col("event_id")))
        .groupBy("order_id", "_day")
        .agg(
            min_by(col("user_id"), struct(Events.inOrder())).as("user_id"),
            sum(Events.PIECES).cast("bigint").as("items"),
            coalesce(sum(Events.AMOUNT), lit(0)).cast(MONEY).as("gross"),
            min("currency").as("_least"),
            max("currency").as("_greatest"),
            min("_time").as("purchased_at"));
  }

  /** Each order once a row begins, with {@code _next}, the day its next row begins. */
  private static Dataset<Row> orders(Dataset<Row> purchases) {
    WindowSpec ofOrder = Window.partitionBy("order_id").orderBy("_day");
    Column yesterday =
        coalesce(lag("_day", 1).over(ofOrder).equalTo(date_add(col("_day"), -1)), lit(false));
    Column twoDaysAgo =
        coalesce(lag("_day", 2).over(ofOrder).equalTo(date_add(col("_day"), -2)), lit(false));
    return purchases
        .withColumn("_joins", yesterday.and(twoDaysAgo.equalTo(false)))
        .withColumn("day", when(col("_joins"), date_add(col("_day"), -1)).otherwise(col("_day")))
        .groupBy("order_id", "day")
        .agg(
            min_by(col("user_id"), col("_day")).as("user_id"),
            sum("items").as("items"),
            sum("gross").cast(MONEY).as("gross"),
            when(min("_least").equalTo(max("_greatest")), min("_least")).as("currency"),
            min("purchased_at").as("purchased_at"))
        .withColumn("_next", lead("day", 1).over(Window.partitionBy("order_id").orderBy("day")));
  }

  /** What was given back of an order on a day. */
  private static Dataset<Row> refunds(Dataset<Row> events, LocalDate day) {
    return events
        .where(Events.isOfType("refund").and(col("_day").geq(lit(day))))
        .groupBy(col("order_id").as("_of"), col("_day").as("_on"))
        .agg(
            coalesce(sum(Events.AMOUNT), lit(0)).cast(MONEY).as("_amount"),
            min("currency").as("_refund_least"),
            max("currency").as("_refund_greatest"));
  }

  private static Dataset<Row> netted(Dataset<Row> orders, Dataset<Row> refunds) {
    Column ofRow =
        col("order_id")
            .equalTo(col("_of"))
            .and(col("_next").isNull().or(col("_on").lt(col("_next"))));
    Column refunded = coalesce(sum("_amount"), lit(0)).cast(MONEY);
    Column alike =
        coalesce(
            min("_refund_least")
                .equalTo(first("currency"))
                .and(max("_refund_greatest").equalTo(first("currency"))),
            lit(true));
    return orders
        .join(refunds, ofRow, "left")
        .groupBy("day", "order_id")
        .agg(
            first("user_id").as("user_id"),
            first("items").as("items"),
            first("gross").as("gross"),
            when(alike, first("currency")).as("currency"),
            first("purchased_at").as("purchased_at"),
            refunded.as("refunded"))
        .withColumn("net", col("gross").minus(col("refunded")).cast(MONEY));
  }
}
