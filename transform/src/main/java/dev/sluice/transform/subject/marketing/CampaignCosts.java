package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
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
import dev.sluice.transform.subject.event.RawStream;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What was spent on a day, by media source, campaign and currency.
 *
 * <p>A record's {@code _time} says for which day it is. Networks restate what they said: of several
 * records of a day for one source, campaign, ad set, ad and currency the one received last counts.
 * A cost that is no amount, or is in no currency, is not added to any, and counted.
 */
public final class CampaignCosts implements Job {
  static final TableName TABLE = new TableName("gold", "campaign_costs");

  private static final RawStream RAW =
      RawStream.of(
          "campaign_costs",
          "media_source STRING, campaign STRING, adset STRING, ad STRING, currency STRING,"
              + " cost DOUBLE, clicks BIGINT, impressions BIGINT");

  private static final TableShape SHAPE =
      TableShape.daily(
          TABLE,
          "What campaigns cost each day, as it was stated last.",
          List.of(
              new Field("day", "DATE", "UTC day for which it was spent"),
              new Field("media_source", "STRING", "who was paid"),
              new Field("campaign", "STRING", "for which campaign"),
              new Field("currency", "STRING", "of the cost; none where no record says it"),
              new Field("cost", "DECIMAL(38,4)", "what was spent"),
              new Field("clicks", "BIGINT", "how many were bought"),
              new Field("impressions", "BIGINT", "how many were bought"),
              new Field("unreadable", "BIGINT", "records whose cost is not in the cost")),
          List.of("media_source", "campaign", "currency"));

  @Override
  public List<Read> reads() {
    return List.of(Read.day(RAW.table()));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("media_source", "campaign", "currency"),
        Check.holds("costs are amounts", "unreadable = 0").warns(),
        Check.holds("costs are not negative", "cost >= 0").warns());
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    return ofTheirDay(RAW.records(tables, day, day))
        .withColumn("currency", Gold.currency())
        .groupBy("media_source", "campaign", "adset", "ad", "currency")
        .agg(
            max_by(
                    struct(col("cost"), col("clicks"), col("impressions")),
                    struct(RawStream.inOrderOfReceipt()))
                .as("_last"))
        .withColumn(
            "_cost",
            when(col("currency").isNotNull(), expr("try_cast(_last.cost AS DECIMAL(18,4))")))
        .groupBy("media_source", "campaign", "currency")
        .agg(
            coalesce(sum("_cost"), lit(0)).cast(Gold.MONEY).as("cost"),
            coalesce(sum("_last.clicks"), lit(0L)).as("clicks"),
            coalesce(sum("_last.impressions"), lit(0L)).as("impressions"),
            count(when(col("_cost").isNull(), 1)).as("unreadable"))
        .withColumn("day", lit(day));
  }

  /** What was too old for its own day is filed under another, and was not spent then. */
  private static Dataset<Row> ofTheirDay(Dataset<Row> records) {
    return List.of(records.columns()).contains("_time_flagged")
        ? records.where(coalesce(col("_time_flagged"), lit(false)).equalTo(false))
        : records;
  }
}
