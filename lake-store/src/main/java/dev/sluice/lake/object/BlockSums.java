package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The CRC32C of every block of some bytes, the last block being what is left. So a part of the
 * bytes is verified without reading all of them.
 */
final class BlockSums {
  /** The length of a block in what is written today. */
  static final long BLOCK = 4L << 20;

  private final long block;
  private final int[] sums;

  BlockSums(long block, int[] sums) {
    if (block < 1) {
      throw new IllegalArgumentException("a block has at least one byte");
    }
    this.block = block;
    this.sums = sums.clone();
  }

  /** One block, as long as the bytes are. */
  static BlockSums single(long length, int sum) {
    return length == 0 ? new BlockSums(BLOCK, new int[0]) : new BlockSums(length, new int[] {sum});
  }

  static BlockSums of(ByteBuffer bytes) {
    Running running = new Running();
    running.update(bytes.duplicate());
    return running.finish();
  }

  long block() {
    return block;
  }

  int count() {
    return sums.length;
  }

  int sum(int at) {
    return sums[at];
  }

  /** How many blocks bytes of this length have. */
  long blocksOf(long length) {
    return (length + block - 1) / block;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockSums that && block == that.block && Arrays.equals(sums, that.sums);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(block) + Arrays.hashCode(sums);
  }

  /** Computed as the bytes come. */
  static final class Running {
    private final CRC32C crc = new CRC32C();
    private int[] sums = new int[1];
    private int count;
    private long filled;

    void update(ByteBuffer bytes) {
      while (bytes.hasRemaining()) {
        int take = (int) Math.min(bytes.remaining(), BLOCK - filled);
        crc.update(bytes.slice().limit(take));
        bytes.position(bytes.position() + take);
        filled += take;
        if (filled == BLOCK) {
          add();
        }
      }
    }

    private void add() {
      if (count == sums.length) {
        sums = Arrays.copyOf(sums, 2 * count);
      }
      sums[count++] = (int) crc.getValue();
      crc.reset();
      filled = 0;
    }

    /** Call once. */
    BlockSums finish() {
      if (filled > 0) {
        add();
      }
      return new BlockSums(BLOCK, Arrays.copyOf(sums, count));
    }
  }
}
