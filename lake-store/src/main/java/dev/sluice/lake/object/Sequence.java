package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * Numbers that never repeat, also over restarts: a block is reserved on disk before any number of
 * it is given out, and what is left of a block at a stop is never used.
 */
final class Sequence {
  private static final long BLOCK = 65_536;

  private final Rows rows;
  private final RandomGenerator random;
  private long next;
  private long reserved;

  Sequence(Rows rows, RandomGenerator random) {
    this.rows = rows;
    this.random = random;
    this.next = rows.get(key()).map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(1L);
    this.reserved = next;
  }

  private static byte[] key() {
    return RowKey.store("sequence");
  }

  synchronized long next() {
    if (next == reserved) {
      RowBatch batch = new RowBatch();
      batch.put(key(), ByteBuffer.allocate(8).putLong(reserved + BLOCK).array());
      rows.commit(batch);
      reserved += BLOCK;
    }
    return next++;
  }

  /** A name nobody can guess, for the version of this number. */
  String name(long sequence) {
    return VersionId.of(sequence, random.nextLong());
  }
}
