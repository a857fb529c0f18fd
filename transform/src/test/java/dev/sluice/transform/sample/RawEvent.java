package dev.sluice.transform.sample;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A row of {@code raw.app_events}, as far as it matters here. An empty word is none. */
public record RawEvent(
    String id,
    Instant time,
    String user,
    String type,
    String page,
    String order,
    double price,
    long quantity,
    String currency,
    String source,
    long offset) {

  public static final String COLUMNS =
      "event_id STRING, event_time TIMESTAMP, user_id STRING, type STRING, page STRING,"
          + " item_id STRING, category STRING, price DOUBLE, quantity BIGINT, currency STRING,"
          + " order_id STRING, media_source STRING, referrer STRING, user_agent STRING,"
          + " _extra MAP<STRING,STRING>, _time TIMESTAMP, _time_flagged BOOLEAN,"
          + " _received_at TIMESTAMP, _shard INT, _offset BIGINT";

  /** As the jobs order events; received in the order of offsets here. */
  public static final Comparator<RawEvent> IN_ORDER =
      Comparator.comparing(RawEvent::time).thenComparing(RawEvent::offset);

  public LocalDate day() {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  public RawEvent at(Instant other, long otherOffset) {
    return new RawEvent(
        id, other, user, type, page, order, price, quantity, currency, source, otherOffset);
  }

  Row row() {
    Instant received = Instant.ofEpochSecond(1_700_000_000L + offset);
    return RowFactory.create(
        id,
        time,
        user,
        type,
        orNull(page),
        null,
        null,
        type.equals("view") ? null : price,
        quantity == 0 ? null : quantity,
        orNull(currency),
        orNull(order),
        orNull(source),
        null,
        null,
        Map.of(),
        time,
        false,
        received,
        (int) (offset % 4),
        offset);
  }

  private static String orNull(String word) {
    return word.isEmpty() ? null : word;
  }

  public static Dataset<Row> rows(SparkSession spark, List<RawEvent> events) {
    return spark.createDataFrame(
        events.stream().map(RawEvent::row).toList(), StructType.fromDDL(COLUMNS));
  }
}
