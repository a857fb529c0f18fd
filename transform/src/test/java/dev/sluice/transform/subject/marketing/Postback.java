package dev.sluice.transform.subject.marketing;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A row of {@code raw.attributions}, as far as it matters here. An empty word is none. */
record Postback(
    Instant time,
    String type,
    String user,
    String device,
    String source,
    List<Instant> touched,
    List<Instant> installed,
    long offset) {
  static final Comparator<Postback> IN_ORDER =
      Comparator.comparing(Postback::time).thenComparing(Postback::offset);

  private static final String COLUMNS =
      "event_id STRING, event_time TIMESTAMP, provider STRING, type STRING, user_id STRING,"
          + " device_id STRING, app_id STRING, media_source STRING, campaign STRING,"
          + " touch_time TIMESTAMP, install_time TIMESTAMP, _time TIMESTAMP,"
          + " _received_at TIMESTAMP, _shard INT, _offset BIGINT";

  static Postback install(Instant time, String user, String device, String source, long offset) {
    return new Postback(time, "install", user, device, source, List.of(), List.of(), offset);
  }

  String campaign() {
    return source.isEmpty() ? "" : "campaign of " + source;
  }

  private Row row() {
    return RowFactory.create(
        "postback-" + offset,
        time,
        "appsflyer",
        type,
        orNull(user),
        orNull(device),
        "app",
        orNull(source),
        orNull(campaign()),
        touched.isEmpty() ? null : touched.get(0),
        installed.isEmpty() ? null : installed.get(0),
        time,
        Instant.ofEpochSecond(1_700_000_000L + offset),
        (int) (offset % 4),
        offset);
  }

  private static String orNull(String word) {
    return word.isEmpty() ? null : word;
  }

  static Dataset<Row> rows(SparkSession spark, List<Postback> postbacks) {
    return spark
        .createDataFrame(
            postbacks.stream().map(Postback::row).toList(), StructType.fromDDL(COLUMNS))
        .coalesce(1);
  }
}
