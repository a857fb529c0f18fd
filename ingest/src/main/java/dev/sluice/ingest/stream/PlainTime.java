package dev.sluice.ingest.stream;

import java.time.Instant;

/**
 * Points in time as machines write them: {@code 2026-01-31T08:15:00Z}, with up to nine digits of a
 * second's fraction. Everything else ISO-8601 knows is left to the Java library.
 */
public final class PlainTime {

  /** What is given where there is none. */
  public static final long NONE = Long.MIN_VALUE;

  /**
   * Four-digit years: what ISO-8601 writes without a sign, and every reader of Parquet can show.
   */
  public static final long EARLIEST_MILLIS = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();

  public static final long LATEST_MILLIS = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  private static final int SECONDS = "2026-01-31T08:15:00".length();
  private static final int FRACTION_DIGITS = 9;
  private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private PlainTime() {}

  /** Microseconds since 1970, what is finer cut off; {@link #NONE} if it is not plain. */
  public static long micros(byte[] text, int from, int size) {
    if (size <= SECONDS || size > SECONDS + 2 + FRACTION_DIGITS || text[from + size - 1] != 'Z') {
      return NONE;
    }
    if (text[from + 4] != '-'
        || text[from + 7] != '-'
        || text[from + 10] != 'T'
        || text[from + 13] != ':'
        || text[from + 16] != ':') {
      return NONE;
    }
    int century = two(text, from);
    int year = 100 * century + two(text, from + 2);
    int month = two(text, from + 5);
    int day = two(text, from + 8);
    int hour = two(text, from + 11);
    int minute = two(text, from + 14);
    int second = two(text, from + 17);
    // Two digits that are none make a number far below 0, and so does their sum with others.
    if (century < 0 || year < 1 || month < 1 || month > 12 || day < 1) {
      return NONE;
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
      return NONE;
    }
    if (day > 28 && day > daysOf(year, month)) {
      return NONE;
    }
    long micros = fraction(text, from + SECONDS, from + size - 1);
    long seconds = daysSince1970(year, month, day) * 86_400 + hour * 3_600L + minute * 60L + second;
    return micros == NONE ? NONE : seconds * 1_000_000 + micros;
  }

  /** The microseconds of {@code .123456789}, or of nothing. */
  private static long fraction(byte[] text, int from, int to) {
    if (from == to) {
      return 0;
    }
    if (text[from] != '.' || from + 1 == to) {
      return NONE;
    }
    long micros = 0;
    int scale = 100_000;
    for (int i = from + 1; i < to; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        return NONE;
      }
      micros += (long) digit * scale;
      scale /= 10;
    }
    return micros;
  }

  private static int two(byte[] text, int at) {
    int high = text[at] - '0';
    int low = text[at + 1] - '0';
    return high < 0 || high > 9 || low < 0 || low > 9 ? -1_000_000 : high * 10 + low;
  }

  private static int daysOf(int year, int month) {
    boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : DAYS[month - 1];
  }

  /** Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
  private static long daysSince1970(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = Math.floorDiv(y, 400);
    int yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468;
  }
}
