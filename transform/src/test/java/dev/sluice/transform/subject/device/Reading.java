package dev.sluice.transform.subject.device;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A row of {@code raw.sensor_readings}, as far as it matters here. */
record Reading(
    String id,
    Instant time,
    String device,
    String metric,
    Optional<Double> value,
    double battery,
    Optional<Long> sequence,
    long offset) {
  static final Comparator<Reading> IN_ORDER =
      Comparator.comparing(Reading::time).thenComparing(Reading::offset);

  private static final String COLUMNS =
      "event_id STRING, event_time TIMESTAMP, device_id STRING, metric STRING, value DOUBLE,"
          + " unit STRING, battery DOUBLE, sequence BIGINT, _extra MAP<STRING,STRING>,"
          + " _time TIMESTAMP, _time_flagged BOOLEAN, _received_at TIMESTAMP, _shard INT,"
          + " _offset BIGINT";

  static Reading of(String device, Instant time, double value, long sequence) {
    return new Reading(
        device + "-" + sequence + "-" + time,
        time,
        device,
        "heat",
        Optional.of(value),
        90,
        Optional.of(sequence),
        sequence);
  }

  /** The same event, received again. */
  Reading again(Instant otherTime, long otherOffset) {
    return new Reading(id, otherTime, device, metric, value, battery, sequence, otherOffset);
  }

  LocalDate day() {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  String series() {
    return device + "|" + metric;
  }

  long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  /** Some readings do not say their unit. */
  Optional<String> unit() {
    return offset % 3 == 0 ? Optional.empty() : Optional.of("unit " + offset % 2);
  }

  private Row row() {
    return RowFactory.create(
        id,
        time,
        device,
        metric,
        value.orElse(null),
        unit().orElse(null),
        battery,
        sequence.orElse(null),
        null,
        time,
        false,
        Instant.ofEpochSecond(1_700_000_000L + offset),
        (int) (offset % 4),
        offset);
  }

  static Dataset<Row> rows(SparkSession spark, List<Reading> readings) {
    return spark
        .createDataFrame(readings.stream().map(Reading::row).toList(), StructType.fromDDL(COLUMNS))
        .coalesce(1);
  }
}
