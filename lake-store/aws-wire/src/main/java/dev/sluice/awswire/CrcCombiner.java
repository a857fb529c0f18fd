package dev.sluice.awswire;

import java.math.BigInteger;

/**
 * Combines CRCs as zlib's {@code crc32_combine} does: appending zero bytes to a message is a linear
 * map over GF(2), raised to the length by squaring.
 */
final class CrcCombiner {
  private final int width;
  private final long[] oneZeroBit;

  /** The polynomial is given with its bits reversed. */
  CrcCombiner(long polynomial, int width) {
    this.width = width;
    this.oneZeroBit = new long[width];
    oneZeroBit[0] = polynomial;
    for (int bit = 1; bit < width; bit++) {
      oneZeroBit[bit] = 1L << (bit - 1);
    }
  }

  byte[] combine(byte[] first, byte[] second, long secondLength) {
    long crc = new BigInteger(1, first).longValue();
    long[] power = oneZeroBit;
    for (int squared = 0; squared < 3; squared++) {
      power = square(power);
    }
    for (long left = secondLength; left != 0; left >>>= 1) {
      if ((left & 1) != 0) {
        crc = times(power, crc);
      }
      power = square(power);
    }
    crc ^= new BigInteger(1, second).longValue();
    byte[] bytes = new byte[width / 8];
    for (int at = bytes.length - 1; at >= 0; at--) {
      bytes[at] = (byte) crc;
      crc >>>= 8;
    }
    return bytes;
  }

  private static long times(long[] matrix, long vector) {
    long sum = 0;
    for (int bit = 0; bit < matrix.length; bit++) {
      if (((vector >>> bit) & 1) != 0) {
        sum ^= matrix[bit];
      }
    }
    return sum;
  }

  private static long[] square(long[] matrix) {
    long[] result = new long[matrix.length];
    for (int bit = 0; bit < matrix.length; bit++) {
      result[bit] = times(matrix, matrix[bit]);
    }
    return result;
  }
}
