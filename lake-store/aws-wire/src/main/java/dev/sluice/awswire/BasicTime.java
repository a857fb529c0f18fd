package dev.sluice.awswire;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Instants in AWS's basic form, {@code 20130524T000000Z}. */
final class BasicTime {
  private static final int LENGTH = 16;

  private BasicTime() {}

  static String format(Instant instant) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
    StringBuilder out = new StringBuilder(LENGTH);
    two(out, time.getYear() / 100);
    two(out, time.getYear() % 100);
    two(out, time.getMonthValue());
    two(out, time.getDayOfMonth());
    out.append('T');
    two(out, time.getHour());
    two(out, time.getMinute());
    two(out, time.getSecond());
    return out.append('Z').toString();
  }

  private static void two(StringBuilder out, int value) {
    out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }

  static Instant parse(String text) {
    if (text.length() != LENGTH || text.charAt(8) != 'T' || text.charAt(15) != 'Z') {
      throw new DateTimeException("not a basic time: " + text);
    }
    return LocalDateTime.of(
            number(text, 0, 4),
            number(text, 4, 6),
            number(text, 6, 8),
            number(text, 9, 11),
            number(text, 11, 13),
            number(text, 13, 15))
        .toInstant(ZoneOffset.UTC);
  }

  private static int number(String text, int from, int to) {
    int value = 0;
    for (int at = from; at < to; at++) {
      char c = text.charAt(at);
      if (c < '0' || c > '9') {
        throw new DateTimeException("not a basic time: " + text);
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }
}
