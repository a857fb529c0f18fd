package dev.sluice.transform.bench;

import static org.apache.spark.sql.functions.col;

import dev.sluice.transform.sample.RawEvent;
import java.time.LocalDate;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Events of a shop: a day and its two neighbours, the same ones each time.
 *
 * <p>Three of five events are of the day itself. Few users have many of the visits; of the events
 * about 5 in 100 are purchases, 1 in 100 is sent twice, 1 in 200 is a refund.
 */
public final class ShopDays {
  /** How many events a task writes to a file of its own. */
  private static final long FILE_ROWS = 500_000;

  /** Each event has the number of the one it is a copy of; its own where it is none. */
  private static final String NUMBERS =
      "SELECT id AS _offset, IF(id %% 100 = 99, id - 1, id) AS n FROM range(0, %d, 1, %d)";

  /** Twelve events are one user's, in one visit or in two that are three hours apart. */
  private static final String VISITS =
      "SELECT _offset, n, n DIV 12 AS visit, CAST(n %% 12 AS INT) AS k, hash(n) AS h,"
          + " hash('visit', n DIV 12) AS v, pmod(hash('user', n DIV 12), 1000000) / 1000000D AS u"
          + " FROM (%s)";

  private static final String TIMES =
      "SELECT *, CAST(u * u * %2$d AS BIGINT) AS who,"
          + " pmod(h, 1000) AS kind,"
          + " unix_micros(TIMESTAMP '%3$s 00:00:00 UTC')"
          + " + 86400000000L * CASE WHEN visit < %4$d THEN -1 WHEN visit < %5$d THEN 0 ELSE 1 END"
          + " + 1000000L * (pmod(v, 86400) + k * 45 + pmod(h, 40)"
          + " + IF(k > pmod(v, 11), 10800, 0)) + pmod(h, 1000) * 1000 AS at"
          + " FROM (%1$s)";

  private static final String EVENTS =
      "SELECT concat('evt-', substring(md5(CAST(n AS STRING)), 1, 28)) AS event_id,"
          + " timestamp_micros(at) AS event_time,"
          + " concat('user-', who) AS user_id,"
          + " CASE WHEN kind < 50 THEN 'purchase' WHEN kind < 55 THEN 'refund'"
          + " WHEN kind < 150 THEN 'add_to_cart' ELSE 'view' END AS type,"
          + " concat('/items/', pmod(h, 3000)) AS page,"
          + " concat('item-', pmod(h, 3000)) AS item_id,"
          + " concat('category-', pmod(h, 40)) AS category,"
          + " IF(kind < 150, (100 + pmod(h, 20000)) / 100D, NULL) AS price,"
          + " CAST(IF(kind < 150, 1 + pmod(h, 3), NULL) AS BIGINT) AS quantity,"
          + " IF(kind < 150, 'EUR', NULL) AS currency,"
          + " IF(kind < 55, concat('order-', visit), NULL) AS order_id,"
          + " CASE WHEN k = 0 THEN element_at(array('google', 'facebook', 'mail', 'tiktok'),"
          + " 1 + pmod(v, 4)) END AS media_source,"
          + " CAST(NULL AS STRING) AS referrer,"
          + " concat('Mozilla/5.0 (X11; Linux x86_64) Shop/', pmod(v, 50)) AS user_agent,"
          + " IF(k = 0, map('anonymous_id', concat('\"visitor-', who, '\"'), 'country', '\"DE\"'),"
          + " map()) AS _extra,"
          + " timestamp_micros(at) AS _time, false AS _time_flagged,"
          + " timestamp_micros(at + 2000000 + (_offset - n) * 60000000) AS _received_at,"
          + " CAST(n %% 4 AS INT) AS _shard, _offset"
          + " FROM (%s)";

  private ShopDays() {}

  /** Makes {@code lake.raw.app_events} of so many events. */
  public static void write(SparkSession spark, LocalDate day, long events) throws Exception {
    long visits = events / 12;
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.raw");
    spark.sql(
        "CREATE TABLE lake.raw.app_events ("
            + RawEvent.COLUMNS
            + ") USING iceberg PARTITIONED BY (days(_time))"
            + " TBLPROPERTIES ('format-version'='2', 'write.distribution-mode'='none',"
            + " 'write.spark.fanout.enabled'='true')");
    String numbers = NUMBERS.formatted(events, Math.max(2, events / FILE_ROWS));
    String times =
        TIMES.formatted(VISITS.formatted(numbers), events / 25, day, visits / 5, visits / 5 * 4);
    spark
        .sql(EVENTS.formatted(times))
        .select(
            Arrays.stream(StructType.fromDDL(RawEvent.COLUMNS).fields())
                .map(field -> col(field.name()).cast(field.dataType()).as(field.name()))
                .toArray(Column[]::new))
        .writeTo("lake.raw.app_events")
        .append();
  }
}
