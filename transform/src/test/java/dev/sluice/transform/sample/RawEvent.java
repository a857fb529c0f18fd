package dev.sluice.transform.sample;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
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
    long offset,
    String item,
    String category,
    Map<String, String> extra) {

  public static final String COLUMNS =
      "event_id STRING, event_time TIMESTAMP, user_id STRING, type STRING, page STRING,"
          + " item_id STRING, category STRING, price DOUBLE, quantity BIGINT, currency STRING,"
          + " order_id STRING, media_source STRING, referrer STRING, user_agent STRING,"
          + " _extra MAP<STRING,STRING>, _time TIMESTAMP, _time_flagged BOOLEAN,"
          + " _received_at TIMESTAMP, _shard INT, _offset BIGINT";

  /** As the jobs order events; received in the order of offsets here. */
  public static final Comparator<RawEvent> IN_ORDER =
      Comparator.comparing(RawEvent::time).thenComparing(RawEvent::offset);

  public RawEvent {
    extra = Map.copyOf(extra);
  }

  /** One that names no item and says nothing that its stream does not declare. */
  public RawEvent(
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
    this(
        id, time, user, type, page, order, price, quantity, currency, source, offset, "", "",
        Map.of());
  }

  /** A user's event of a type, and nothing more. */
  public static RawEvent of(long offset, String user, String type, Instant time) {
    return new RawEvent("event-" + offset, time, user, type, "", "", 0, 0, "", "", offset);
  }

  public RawEvent as(String otherType) {
    return with(otherType, page, source, item, category, extra);
  }

  public RawEvent on(String otherPage) {
    return with(type, otherPage, source, item, category, extra);
  }

  public RawEvent from(String otherSource) {
    return with(type, page, otherSource, item, category, extra);
  }

  public RawEvent about(String newItem, String newCategory) {
    return with(type, page, source, newItem, newCategory, extra);
  }

  /** With an undeclared text besides those it has. */
  public RawEvent saying(String name, String text) {
    Map<String, String> more = new HashMap<>(extra);
    more.put(name, "\"" + text + "\"");
    return with(type, page, source, item, category, more);
  }

  private RawEvent with(
      String newType,
      String newPage,
      String newSource,
      String newItem,
      String newCategory,
      Map<String, String> newExtra) {
    return new RawEvent(
        id,
        time,
        user,
        newType,
        newPage,
        order,
        price,
        quantity,
        currency,
        newSource,
        offset,
        newItem,
        newCategory,
        newExtra);
  }

  /** Bought, or given back: this many pieces of an order at this price. */
  public RawEvent paying(String newOrder, double each, long pieces, String in) {
    return new RawEvent(
        id, time, user, type, page, newOrder, each, pieces, in, source, offset, item, category,
        extra);
  }

  /** An undeclared text; empty where there is none. */
  public String said(String name) {
    return extra.getOrDefault(name, "").replace("\"", "");
  }

  public Instant receivedAt() {
    return Instant.ofEpochSecond(1_700_000_000L + offset);
  }

  public int shard() {
    return (int) (offset % 4);
  }

  public LocalDate day() {
    return day(time);
  }

  static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  public RawEvent at(Instant other, long otherOffset) {
    return new RawEvent(
        id,
        other,
        user,
        type,
        page,
        order,
        price,
        quantity,
        currency,
        source,
        otherOffset,
        item,
        category,
        extra);
  }

  Row row() {
    return RowFactory.create(
        id,
        time,
        user,
        type,
        orNull(page),
        orNull(item),
        orNull(category),
        type.equals("view") ? null : price,
        quantity == 0 ? null : quantity,
        orNull(currency),
        orNull(order),
        orNull(source),
        null,
        null,
        extra,
        time,
        false,
        receivedAt(),
        shard(),
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
