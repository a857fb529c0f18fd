package dev.sluice.ingest.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
  private static final long UUID = 0xd6e8feb86659fd93L;
  private static final long MULTIPLIER = 0x9fb21c651e98df25L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int SHORTEST_TIMESTAMP = "2026-01-01T00:00Z".length();
  private static final int LONGEST_TIMESTAMP = 40;

  private final long place;
  private long sum;

  public RowChecksum(int partition, long offset) {
    this.place = mix(offset * 0x100000001b3L + partition + 1);
  }

  public void text(String column, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    text(column, bytes, 0, bytes.length);
  }

  /** The same, of text in UTF-8. */
  public void text(String column, byte[] bytes, int from, int length) {
    if (looksLikeTime(bytes, from, length)) {
      try {
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        time(column, OffsetDateTime.parse(text).toInstant());
        return;
      } catch (DateTimeException e) {
        // Only looked like one: it counts as text.
      }
    }
    add(column, TEXT, hash(bytes, from, length));
  }

  /** Eight bytes at a time; the length goes in, so that trailing zeros count. */
  private static long hash(byte[] bytes, int from, int length) {
    long hash = TEXT + length;
    int i = from;
    int end = from + length;
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(bytes, i)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    long last = 0;
    for (; i < end; i++) {
      last = (last << 8) | (bytes[i] & 0xff);
    }
    hash = (hash ^ last) * MULTIPLIER;
    return hash ^ (hash >>> 32);
  }

  /** The two halves of a UUID, however its digits were written. */
  public void uuid(String column, long high, long low) {
    add(column, UUID, mix(high) + low);
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
    time(column, value.getEpochSecond() * 1_000_000 + value.getNano() / 1_000);
  }

  public void time(String column, long microsSince1970) {
    add(column, TIME, microsSince1970);
  }

  public long sum() {
    return sum;
  }

  private void add(String column, long kind, long value) {
    sum += mix(place ^ mix(value * kind + column.hashCode() + kind));
  }

  private static boolean looksLikeTime(byte[] bytes, int from, int length) {
    return length >= SHORTEST_TIMESTAMP
        && length <= LONGEST_TIMESTAMP
        && bytes[from + 4] == '-'
        && bytes[from + 7] == '-'
        && bytes[from + 10] == 'T';
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
