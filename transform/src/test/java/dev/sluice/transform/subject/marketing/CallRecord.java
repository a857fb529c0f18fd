package dev.sluice.transform.subject.marketing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A row of {@code raw.calls}, as far as it matters here. An empty word is none. */
record CallRecord(
    String call,
    Instant time,
    String caller,
    String user,
    String status,
    List<Instant> started,
    List<Long> seconds,
    String transcript,
    String source,
    long offset) {
  private static final String COLUMNS =
      "event_id STRING, call_id STRING, caller STRING, called STRING, direction STRING,"
          + " status STRING, started_at TIMESTAMP, duration_seconds BIGINT, recording_url STRING,"
          + " transcript STRING, source STRING, campaign STRING, _extra MAP<STRING,STRING>,"
          + " _time TIMESTAMP, _received_at TIMESTAMP, _shard INT, _offset BIGINT";

  String event() {
    return "event-" + offset / 3;
  }

  private Row row() {
    return RowFactory.create(
        event(),
        call,
        orNull(caller),
        null,
        "inbound",
        orNull(status),
        started.isEmpty() ? null : started.get(0),
        seconds.isEmpty() ? null : seconds.get(0),
        null,
        transcript,
        orNull(source),
        null,
        user.isEmpty() ? Map.of() : Map.of("user_id", "\"" + user + "\""),
        time,
        Instant.ofEpochSecond(1_700_000_000L + offset),
        (int) (offset % 4),
        offset);
  }

  private static String orNull(String word) {
    return word.isEmpty() ? null : word;
  }

  static Dataset<Row> rows(SparkSession spark, List<CallRecord> records) {
    return spark
        .createDataFrame(
            records.stream().map(CallRecord::row).toList(), StructType.fromDDL(COLUMNS))
        .coalesce(1);
  }
}
