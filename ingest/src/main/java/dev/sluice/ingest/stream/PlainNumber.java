package dev.sluice.ingest.stream;

import java.nio.charset.StandardCharsets;

/** The value of a number that is known to be written as JSON writes numbers. */
public final class PlainNumber {

  /** More characters than any double needs to be written exactly. */
  static final int LONGEST = 1100;

  /** Powers of ten that a double holds exactly. */
  private static final double[] TENS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private static final int EXACT_DIGITS = 15;

  private PlainNumber() {}

  /**
   * The nearest double. Up to 15 digits and a power of ten that is exact, one division gives it,
   * correctly rounded (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990);
   * beyond that the Java library does.
   */
  public static double fraction(byte[] text, int from, int to) {
    boolean negative = text[from] == '-';
    long digits = 0;
    int count = 0;
    int behindPoint = -1;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      byte b = text[i];
      if (b == '.') {
        behindPoint = 0;
        continue;
      }
      if (b < '0' || b > '9' || ++count > EXACT_DIGITS) {
        return Double.parseDouble(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
      }
      digits = digits * 10 + (b - '0');
      behindPoint += behindPoint < 0 ? 0 : 1;
    }
    double value = behindPoint > 0 ? digits / TENS[behindPoint] : digits;
    return negative ? -value : value;
  }
}
