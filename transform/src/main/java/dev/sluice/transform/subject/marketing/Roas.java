package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.date_add;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
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
 * What a day's new users brought back of what their sources cost that day.
 *
 * <p>A user is new on a day with a session if none began in the {@link Cohort#AWAY_DAYS} days
 * before. The source is that of an install of the day, by the model {@code last}; else that of the
 * day's first session that has one; else none. Revenue is net of refunds, of the orders of the
 * users' first day, first 7 days after it, first 30. Revenue meets costs of its own currency only,
 * and an order or cost in no single currency is in no amount. A return is told when its days are
 * over: when a session is known of its last day or later.
 */
public final class Roas implements Job {
  static final TableName TABLE = new TableName("gold", "roas");

  /** The longest time that revenue is followed. */
  private static final int FOLLOWED_DAYS = 30;

  private static final TableShape SHAPE =
      TableShape.daily(
          TABLE,
          "Return on ad spend: revenue of the users of a day against what their sources cost.",
          List.of(
              new Field("day", "DATE", "UTC day on which the users came"),
              new Field("media_source", "STRING", "who brought them; none if direct"),
              new Field("currency", "STRING", "of cost and revenue; none where there is neither"),
              new Field("users", "BIGINT", "new users by the source, the same for each currency"),
              new Field("cost", "DECIMAL(38,4)", "of the source on the day"),
              new Field("revenue_0", "DECIMAL(38,4)", "of the users on the day, so far"),
              new Field("revenue_7", "DECIMAL(38,4)", "and on the 7 days after, so far"),
              new Field("revenue_30", "DECIMAL(38,4)", "and on the 30 days after, so far"),
              new Field("roas_0", "DECIMAL(38,6)", "revenue_0 / cost, when the day is over"),
              new Field("roas_7", "DECIMAL(38,6)", "revenue_7 / cost, when 7 days are over"),
              new Field("roas_30", "DECIMAL(38,6)", "revenue_30 / cost, when 30 days are over"),
              new Field("uncounted_orders", "BIGINT", "of 30 days, in no single currency"),
              new Field("known_to", "DATE", "last day with a session, up to 31 days after")),
          List.of("media_source", "currency"));

  @Override
  public List<Read> reads() {
    return List.of(
        Read.around(Gold.SESSIONS, Cohort.AWAY_DAYS, FOLLOWED_DAYS + 1),
        Read.around(Gold.TRANSACTIONS, 0, FOLLOWED_DAYS),
        Read.day(Attribution.TABLE),
        Read.day(CampaignCosts.TABLE).orNothing());
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("media_source", "currency"),
        Check.holds("costs are not negative", "cost >= 0").warns(),
        Check.holds("no return without a cost", "roas_0 IS NULL OR cost > 0"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Dataset<Row> cohort = Cohort.of(tables, day);
    Dataset<Row> amounts =
        revenue(cohort, tables, day)
            .unionByName(costs(tables, day))
            .groupBy("media_source", "currency")
            .agg(
                money(sum("cost")).as("cost"),
                money(sum("revenue_0")).as("revenue_0"),
                money(sum("revenue_7")).as("revenue_7"),
                money(sum("revenue_30")).as("revenue_30"));
    Dataset<Row> users =
        bought(cohort, tables, day)
            .groupBy("media_source")
            .agg(
                count_distinct(col("user_id")).as("users"),
                count(when(col("_bought").and(col("currency").isNull()), 1))
                    .as("uncounted_orders"));
    Dataset<Row> known =
        Gold.days(tables, Gold.SESSIONS, day, day.plusDays(FOLLOWED_DAYS + 1))
            .agg(max("day").as("known_to"));
    return amounts
        .as("amounts")
        .join(
            users.as("users"),
            col("amounts.media_source").eqNullSafe(col("users.media_source")),
            "full_outer")
        .crossJoin(known)
        .select(
            lit(day).as("day"),
            coalesce(col("amounts.media_source"), col("users.media_source")).as("media_source"),
            col("currency"),
            coalesce(col("users"), lit(0L)).as("users"),
            money(col("cost")).as("cost"),
            money(col("revenue_0")).as("revenue_0"),
            money(col("revenue_7")).as("revenue_7"),
            money(col("revenue_30")).as("revenue_30"),
            returned(day, 0),
            returned(day, 7),
            returned(day, FOLLOWED_DAYS),
            coalesce(col("uncounted_orders"), lit(0L)).as("uncounted_orders"),
            col("known_to"));
  }

  /** Each user of the cohort with each order of the followed days, or with none. */
  private static Dataset<Row> bought(Dataset<Row> cohort, Tables tables, LocalDate day) {
    Dataset<Row> orders =
        Gold.days(tables, Gold.TRANSACTIONS, day, day.plusDays(FOLLOWED_DAYS))
            .select(
                col("user_id"),
                lit(true).as("_bought"),
                col("day").as("_on"),
                col("net"),
                Gold.currency().as("currency"));
    return cohort
        .join(orders, "user_id", "left")
        .withColumn("_bought", coalesce(col("_bought"), lit(false)));
  }

  private static Dataset<Row> revenue(Dataset<Row> cohort, Tables tables, LocalDate day) {
    return bought(cohort, tables, day)
        .where(col("currency").isNotNull())
        .groupBy("media_source", "currency")
        .agg(
            within(day, 0).as("revenue_0"),
            within(day, 7).as("revenue_7"),
            within(day, FOLLOWED_DAYS).as("revenue_30"))
        .withColumn("cost", money(lit(null)));
  }

  private static Dataset<Row> costs(Tables tables, LocalDate day) {
    return Gold.daysOrNothing(
            tables,
            CampaignCosts.TABLE,
            "media_source STRING, currency STRING, cost DECIMAL(38,4)",
            day,
            day)
        .where(col("currency").isNotNull())
        .groupBy("media_source", "currency")
        .agg(money(sum("cost")).as("cost"))
        .withColumn("revenue_0", money(lit(null)))
        .withColumn("revenue_7", money(lit(null)))
        .withColumn("revenue_30", money(lit(null)));
  }

  private static Column within(LocalDate day, int days) {
    return money(sum(when(col("_on").leq(date_add(lit(day), days)), col("net"))));
  }

  private static Column money(Column amount) {
    return coalesce(amount, lit(0)).cast(Gold.MONEY);
  }

  private static Column returned(LocalDate day, int days) {
    String name = "revenue_" + days;
    return when(
            col("cost").gt(0).and(col("known_to").geq(date_add(lit(day), days))),
            money(col(name)).divide(money(col("cost"))).cast("decimal(38,6)"))
        .as("roas_" + days);
  }
}
