package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.PlainTime;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/** Points in time in the notations that Avro's schemas have for them. */
final class AvroTime {

  static final String MILLIS = "timestamp-millis";
  static final String MICROS = "timestamp-micros";
  static final String NANOS = "timestamp-nanos";
  static final String DATE = "date";

  private static final long MICROS_OF_DAY = 86_400_000_000L;

  private AvroTime() {}

  /**
   * Microseconds since 1970, what is finer cut off; {@link PlainTime#NONE} beyond the years that a
   * stream takes.
   */
  static long micros(String notation, long value) {
    long millis =
        switch (notation) {
          case MICROS -> Math.floorDiv(value, 1_000L);
          case NANOS -> Math.floorDiv(value, 1_000_000L);
          case DATE -> value * (MICROS_OF_DAY / 1_000);
          default -> value;
        };
    if (millis < PlainTime.EARLIEST_MILLIS || millis > PlainTime.LATEST_MILLIS) {
      return PlainTime.NONE;
    }
    return switch (notation) {
      case MICROS -> value;
      case NANOS -> Math.floorDiv(value, 1_000L);
      default -> millis * 1_000;
    };
  }

  /** The same of a text in ISO-8601, or empty-handed with a {@link DateTimeException}. */
  static long micros(byte[] text, int from, int length) {
    long plain = PlainTime.micros(text, from, length);
    if (plain != PlainTime.NONE) {
      return plain;
    }
    String written = new String(text, from, length, StandardCharsets.UTF_8);
    Instant time = OffsetDateTime.parse(written).toInstant();
    long millis = time.toEpochMilli();
    return millis < PlainTime.EARLIEST_MILLIS || millis > PlainTime.LATEST_MILLIS
        ? PlainTime.NONE
        : time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }

  /** As people write it. */
  static String text(String notation, long value) {
    return switch (notation) {
      case MICROS -> since1970(value, 1_000_000L);
      case NANOS -> since1970(value, 1_000_000_000L);
      case DATE -> LocalDate.ofEpochDay(value).toString();
      default -> Instant.ofEpochMilli(value).toString();
    };
  }

  private static String since1970(long value, long ofSecond) {
    long fraction = Math.floorMod(value, ofSecond) * (1_000_000_000L / ofSecond);
    return Instant.ofEpochSecond(Math.floorDiv(value, ofSecond), fraction).toString();
  }
}
