package dev.sluice.ingest.recent;

/**
 * 128 bits that stand for an id, made to be set again and again: MurmurHash3 x64 128 of a text
 * (Austin Appleby, public domain), its finalizer over the bits of a number or a UUID.
 *
 * <p>Two ids of one hash would make the second event a duplicate it is not. Among 10 billion ids
 * within one window the chance of a single such pair is 1 in 10^18, less than that of a memory
 * error no checksum sees. The hash can be aimed at; but whoever can send events can as well send
 * the other's id itself.
 */
public final class IdHash {

  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;

  private long high;
  private long low;

  public long high() {
    return high;
  }

  public long low() {
    return low;
  }

  public IdHash whole(long id) {
    return uuid(id, 0);
  }

  public IdHash uuid(long upper, long lower) {
    finish(mixFirst(upper), mixSecond(lower), 2 * Long.BYTES);
    return this;
  }

  public IdHash text(byte[] bytes, int from, int length) {
    long h1 = 0;
    long h2 = 0;
    int at = from;
    for (int left = length; left >= 16; left -= 16, at += 16) {
      h1 ^= mixFirst(word(bytes, at, 8));
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
      h2 ^= mixSecond(word(bytes, at + 8, 8));
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
    }
    int tail = length & 15;
    if (tail > 8) {
      h2 ^= mixSecond(word(bytes, at + 8, tail - 8));
    }
    if (tail > 0) {
      h1 ^= mixFirst(word(bytes, at, Math.min(8, tail)));
    }
    finish(h1, h2, length);
    return this;
  }

  private void finish(long h1, long h2, int length) {
    long first = h1 ^ length;
    long second = h2 ^ length;
    first += second;
    second += first;
    first = avalanche(first);
    second = avalanche(second);
    high = first + second;
    low = second + high;
  }

  private static long mixFirst(long k) {
    return Long.rotateLeft(k * C1, 31) * C2;
  }

  private static long mixSecond(long k) {
    return Long.rotateLeft(k * C2, 33) * C1;
  }

  private static long avalanche(long k) {
    long mixed = (k ^ (k >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }

  /** Little-endian, as the published test values are. */
  private static long word(byte[] bytes, int from, int count) {
    long word = 0;
    for (int i = count - 1; i >= 0; i--) {
      word = (word << 8) | (bytes[from + i] & 0xff);
    }
    return word;
  }
}
