package dev.sluice.awswire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** CRC-64/NVME (NVM Express NVM Command Set, 5.2.1.3.4), eight bytes at a step. */
final class Crc64Nvme implements Checksum.Running {
  /** The polynomial 0xAD93D23594C93659, bits reversed. */
  static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;

  private static final long[][] TABLE = table();

  private long state = ~0L;

  private static long[][] table() {
    long[][] table = new long[8][256];
    for (int at = 0; at < 256; at++) {
      long crc = at;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
      }
      table[0][at] = crc;
    }
    for (int at = 0; at < 256; at++) {
      for (int slice = 1; slice < 8; slice++) {
        long before = table[slice - 1][at];
        table[slice][at] = (before >>> 8) ^ table[0][(int) before & 0xff];
      }
    }
    return table;
  }

  @Override
  public void update(ByteBuffer bytes) {
    ByteBuffer little = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long crc = state;
    while (little.remaining() >= 8) {
      long word = crc ^ little.getLong();
      crc = 0;
      for (int slice = 0; slice < 8; slice++) {
        crc ^= TABLE[7 - slice][(int) (word >>> (8 * slice)) & 0xff];
      }
    }
    while (little.hasRemaining()) {
      crc = (crc >>> 8) ^ TABLE[0][(int) (crc ^ little.get()) & 0xff];
    }
    bytes.position(bytes.limit());
    state = crc;
  }

  @Override
  public byte[] value() {
    return ByteBuffer.allocate(8).putLong(~state).array();
  }
}
