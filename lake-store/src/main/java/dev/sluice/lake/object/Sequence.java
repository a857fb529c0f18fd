package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * The numbers of commits. They never repeat, also over restarts: before a number is used a block it
 * belongs to is reserved on disk, and what is left of a block after a crash is never used. Only who
 * leads a group of commits takes numbers.
 */
final class Sequence {
  private static final long BLOCK = 65_536;

  private final RandomGenerator random;
  private long next;
  private long reserved;
  private long reserving;
  private volatile long doubtful;
  private final AtomicLong current;

  Sequence(Rows rows, RandomGenerator random) {
    this.random = random;
    this.next = rows.get(key()).map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(1L);
    this.reserved = next;
    this.reserving = next;
    this.current = new AtomicLong(next - 1);
    this.doubtful = next - 1;
  }

  private static byte[] key() {
    return RowKey.store("sequence");
  }

  private static byte[] row(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  /** The number of the last commit that can be read, or a greater one that no commit will have. */
  long current() {
    return current.get();
  }

  long next() {
    return next;
  }

  /** Numbers below this one are used, whether their commit comes to pass or not. */
  void take(long number) {
    next = number;
  }

  /** Whether the batch came to reserve numbers, and so has to be on disk before they are told. */
  boolean reserve(RowBatch batch) {
    if (next <= reserved) {
      return false;
    }
    reserving = next + BLOCK;
    batch.put(key(), row(reserving));
    return true;
  }

  /** The numbers taken are on disk as far as their commit is. */
  void written() {
    reserved = reserving;
    raise(next - 1);
  }

  /** The numbers taken went to a commit that was not made, or perhaps was. */
  void failed() {
    doubtful = next - 1;
  }

  /**
   * The rows were opened anew, so that what was in doubt is decided: those commits can be read from
   * here on, or never will be.
   */
  void decided() {
    raise(doubtful);
  }

  private void raise(long number) {
    current.accumulateAndGet(number, Math::max);
  }

  /** A name nobody can guess, for the version of this number. */
  String name(long number) {
    return VersionId.of(number, random.nextLong());
  }
}
