package dev.sluice.transform.subject.marketing;

import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A row of {@code raw.campaign_costs}. An empty word is none. */
record Cost(
    Instant time,
    String source,
    String campaign,
    String ad,
    String currency,
    double amount,
    long clicks,
    long offset) {
  private static final String COLUMNS =
      "media_source STRING, campaign STRING, adset STRING, ad STRING, currency STRING,"
          + " cost DOUBLE, clicks BIGINT, impressions BIGINT, _time TIMESTAMP,"
          + " _time_flagged BOOLEAN,"
          + " _received_at TIMESTAMP, _shard INT, _offset BIGINT";

  /** Filed under another day than its own. */
  boolean flagged() {
    return offset % 9 == 8;
  }

  private Row row() {
    return RowFactory.create(
        orNull(source),
        orNull(campaign),
        null,
        orNull(ad),
        orNull(currency),
        amount,
        clicks == 0 ? null : clicks,
        null,
        time,
        flagged(),
        Instant.ofEpochSecond(1_700_000_000L + offset),
        (int) (offset % 4),
        offset);
  }

  private static String orNull(String word) {
    return word.isEmpty() ? null : word;
  }

  static Dataset<Row> rows(SparkSession spark, List<Cost> costs) {
    return spark
        .createDataFrame(costs.stream().map(Cost::row).toList(), StructType.fromDDL(COLUMNS))
        .coalesce(1);
  }
}
