package dev.sluice.ingest.protocol;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * The additive checksum of one row: the sum, modulo 2^64, of one 64-bit number per non-null value,
 * each mixed with the column's name and the row's shard and offset. Sums of rows may be added in
 * any order, so files and log need not be read in the same one.
 *
 * <p>It does not depend on the schema: a column that is not there and one that is null both count
 * nothing, and a value counts the same wherever and however typed it is kept. Whole numbers count
 * as whole numbers whether they lie in a long or a double, and a string that reads as a point in
 * time counts as that point. So a field that first arrived unknown, in the catch-all column, and
 * later became a column of its own, counts the same in rows of before and after.
 */
public final class RowChecksum {

  private static final long TEXT = 0x9e3779b97f4a7c15L;
  private static final long WHOLE = 0xc2b2ae3d27d4eb4fL;
  private static final long FRACTION = 0x165667b19e3779f9L;
  private static final long TRUTH = 0x27d4eb2f165667c5L;
  private static final long TIME = 0x85ebca77c2b2ae63L;
  private static final int SHORTEST_TIMESTAMP = "2026-01-01T00:00Z".length();
  private static final int LONGEST_TIMESTAMP = 40;

  private final long place;
  private long sum;

  public RowChecksum(int partition, long offset) {
    this.place = mix(offset * 0x100000001b3L + partition + 1);
  }

  public void text(String column, String value) {
    if (looksLikeTime(value)) {
      try {
        time(column, OffsetDateTime.parse(value).toInstant());
        return;
      } catch (DateTimeException e) {
        // Only looked like one: it counts as text.
      }
    }
    long hash = TEXT;
    for (int i = 0; i < value.length(); i++) {
      hash = (hash ^ value.charAt(i)) * 0x100000001b3L;
      hash ^= hash >>> 29;
    }
    add(column, TEXT, hash);
  }

  public void whole(String column, long value) {
    add(column, WHOLE, value);
  }

  public void fraction(String column, double value) {
    long whole = (long) value;
    if (whole == value && whole != Long.MAX_VALUE) {
      add(column, WHOLE, whole);
    } else {
      add(column, FRACTION, Double.doubleToLongBits(value));
    }
  }

  public void truth(String column, Boolean value) {
    add(column, TRUTH, value ? 1 : 2);
  }

  /** To the microsecond, which is what a table keeps. */
  public void time(String column, Instant value) {
    // Not by ChronoUnit.MICROS: it goes by way of nanoseconds, and those end in the year 2262. A
    // year that does not fit even so wraps around, which a checksum may.
    add(column, TIME, value.getEpochSecond() * 1_000_000 + value.getNano() / 1_000);
  }

  public long sum() {
    return sum;
  }

  private void add(String column, long kind, long value) {
    sum += mix(place ^ mix(value * kind + column.hashCode() + kind));
  }

  private static boolean looksLikeTime(String value) {
    return value.length() >= SHORTEST_TIMESTAMP
        && value.length() <= LONGEST_TIMESTAMP
        && value.charAt(4) == '-'
        && value.charAt(7) == '-'
        && value.charAt(10) == 'T';
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
