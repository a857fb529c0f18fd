package dev.sluice.ingest.stream;

import java.util.Arrays;

/** UUIDs as RFC 9562 writes them: 36 characters, hexadecimal digits of either case. */
public final class UuidText {

  public static final int LENGTH = 36;

  private static final byte[] DIGITS = new byte[128];

  static {
    Arrays.fill(DIGITS, (byte) -1);
    for (int i = 0; i < 16; i++) {
      char digit = Character.forDigit(i, 16);
      DIGITS[digit] = (byte) i;
      DIGITS[Character.toUpperCase(digit)] = (byte) i;
    }
  }

  private UuidText() {}

  /** Whether the 36 bytes from here on are one. */
  public static boolean is(byte[] text, int from) {
    if (text[from + 8] != '-'
        || text[from + 13] != '-'
        || text[from + 18] != '-'
        || text[from + 23] != '-') {
      return false;
    }
    int wrong = 0;
    for (int i = 0; i < LENGTH; i++) {
      if (i != 8 && i != 13 && i != 18 && i != 23) {
        wrong |= text[from + i] < 0 ? -1 : DIGITS[text[from + i]];
      }
    }
    return wrong >= 0;
  }

  public static long high(byte[] text, int from) {
    return (hex(text, from, 8) << 32) | (hex(text, from + 9, 4) << 16) | hex(text, from + 14, 4);
  }

  public static long low(byte[] text, int from) {
    return (hex(text, from + 19, 4) << 48) | hex(text, from + 24, 12);
  }

  private static long hex(byte[] text, int from, int digits) {
    long value = 0;
    for (int i = from; i < from + digits; i++) {
      value = (value << 4) | DIGITS[text[i]];
    }
    return value;
  }
}
