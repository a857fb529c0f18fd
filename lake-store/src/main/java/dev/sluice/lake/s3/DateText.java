package dev.sluice.lake.s3;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/**
 * Instants as HTTP headers and as XML have them. Every answer has one, and a page of a listing a
 * thousand, which is why they are put together by hand.
 */
final class DateText {
  private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };

  private DateText() {}

  private static LocalDateTime utc(Instant instant) {
    return LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
  }

  /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  static String http(Instant instant) {
    LocalDateTime time = utc(instant);
    StringBuilder out = new StringBuilder(29);
    out.append(DAYS[time.getDayOfWeek().getValue() - 1]).append(", ");
    digits(out, time.getDayOfMonth(), 2).append(' ');
    out.append(MONTHS[time.getMonthValue() - 1]).append(' ');
    digits(out, time.getYear(), 4).append(' ');
    return clock(out, time).append(" GMT").toString();
  }

  /** {@code 1994-11-06T08:49:37.000Z}. */
  static String iso(Instant instant) {
    LocalDateTime time = utc(instant);
    StringBuilder out = new StringBuilder(24);
    digits(out, time.getYear(), 4).append('-');
    digits(out, time.getMonthValue(), 2).append('-');
    digits(out, time.getDayOfMonth(), 2).append('T');
    clock(out, time).append('.');
    return digits(out, time.get(ChronoField.MILLI_OF_SECOND), 3).append('Z').toString();
  }

  private static StringBuilder clock(StringBuilder out, LocalDateTime time) {
    digits(out, time.getHour(), 2).append(':');
    digits(out, time.getMinute(), 2).append(':');
    return digits(out, time.getSecond(), 2);
  }

  private static StringBuilder digits(StringBuilder out, int value, int count) {
    int divisor = 1;
    for (int each = 1; each < count; each++) {
      divisor *= 10;
    }
    for (; divisor > 0; divisor /= 10) {
      out.append((char) ('0' + value / divisor % 10));
    }
    return out;
  }
}
