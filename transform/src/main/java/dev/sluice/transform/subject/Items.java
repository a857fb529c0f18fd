package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
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
 * One row per item and day on which an event names it.
 *
 * <p>Category and price are those of the day's last event that says them, so that one day decides;
 * they are empty where none does.
 */
final class Items implements Job {
  private static final String MONEY = "decimal(38,4)";

  private static final TableShape SHAPE =
      TableShape.daily(
          new TableName("gold", "items"),
          "What became of each item on each day.",
          List.of(
              new Field("day", "DATE", "UTC day"),
              new Field("item_id", "STRING", "the item"),
              new Field("category", "STRING", "of the day's last event that says one"),
              new Field("price", "DECIMAL(18,4)", "of the day's last event that says one"),
              new Field("views", "BIGINT", "events of type view"),
              new Field("carts", "BIGINT", "events of type add_to_cart"),
              new Field("purchases", "BIGINT", "events of type purchase"),
              new Field("pieces", "BIGINT", "pieces bought"),
              new Field("refunds", "BIGINT", "events of type refund"),
              new Field("revenue", "DECIMAL(38,4)", "what it was bought for"),
              new Field("refunded", "DECIMAL(38,4)", "what was given back, whenever it was bought"),
              new Field("currency", "STRING", "of both; none when there are several"),
              new Field("viewers", "BIGINT", "user ids that viewed it"),
              new Field("buyers", "BIGINT", "user ids that bought it"),
              new Field("conversion", "DECIMAL(9,6)", "share of its viewers who also bought it")),
          List.of("item_id"));

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
        Check.unique("day", "item_id"),
        Check.notNull("item_id"),
        Check.holds("conversion is a share", "conversion IS NULL OR conversion BETWEEN 0 AND 1"),
        Check.holds("conversion is of viewers", "(conversion IS NULL) = (viewers = 0)"),
        Check.holds("nobody views or buys without an event", "viewers <= views"),
        Check.holds("nobody buys without a purchase", "buyers <= purchases"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    return byItem(
        byUser(
            tables
                .read(AppEvents.TABLE)
                .where(col("day").equalTo(lit(day)).and(col("item_id").isNotNull()))));
  }

  /** By user first: counting different users at once would make rows of every event anew. */
  private static Dataset<Row> byUser(Dataset<Row> events) {
    Column currency = when(Events.movesMoney(), col("currency"));
    return events
        .groupBy("day", "item_id", "user_id")
        .agg(
            count_if(Events.isOfType("view")).as("views"),
            count_if(Events.isOfType("add_to_cart")).as("carts"),
            count_if(Events.isOfType("purchase")).as("purchases"),
            coalesce(sum(when(Events.isOfType("purchase"), col("pieces"))), lit(0)).as("pieces"),
            count_if(Events.isOfType("refund")).as("refunds"),
            UserDays.amount("purchase").as("revenue"),
            UserDays.amount("refund").as("refunded"),
            min(currency).as("_least"),
            max(currency).as("_greatest"),
            max(when(col("category").isNotNull(), UserDays.inOrder("category"))).as("_category"),
            max(when(col("price").isNotNull(), UserDays.inOrder("price"))).as("_price"));
  }

  private static Dataset<Row> byItem(Dataset<Row> users) {
    Column viewed = col("views").gt(0);
    Column bought = col("purchases").gt(0);
    return users
        .groupBy("day", "item_id")
        .agg(
            sum("views").as("views"),
            sum("carts").as("carts"),
            sum("purchases").as("purchases"),
            sum("pieces").as("pieces"),
            sum("refunds").as("refunds"),
            sum("revenue").cast(MONEY).as("revenue"),
            sum("refunded").cast(MONEY).as("refunded"),
            when(min("_least").equalTo(max("_greatest")), min("_least")).as("currency"),
            count_if(viewed).as("viewers"),
            count_if(bought).as("buyers"),
            count_if(viewed.and(bought)).as("_converted"),
            max("_category").as("_category"),
            max("_price").as("_price"))
        .withColumn("category", col("_category.category"))
        .withColumn("price", col("_price.price"))
        .withColumn("conversion", Shares.of(col("_converted"), col("viewers")));
  }
}
