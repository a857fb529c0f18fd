package dev.sluice.lake.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Rows to be written and removed together, or not at all, in the form in which RocksDB takes and
 * logs them: so that many changes cross into native memory in one piece. It also tells which bytes
 * got and lost their owner.
 */
final class RowBatch {
  /** The life of the rows that it was thought out for; 0 for any. */
  private long life;

  /** RocksDB's own sequence number (8 bytes, set by it) and the number of changes (4 bytes). */
  private static final int HEADER = 12;

  private static final byte REMOVE = 0;
  private static final byte PUT = 1;
  private static final byte REMOVE_RANGE = 15;

  private byte[] bytes = new byte[1024];
  private int size = HEADER;
  private int count;
  private long numbered;
  private int ordinals;
  private final List<Extent> owned = new ArrayList<>();
  private final List<Extent> disowned = new ArrayList<>();
  private final List<Runnable> afterwards = new ArrayList<>();

  /** How far a batch was filled at some time. */
  record Mark(int size, int count, int owned, int disowned, int afterwards) {}

  Mark mark() {
    return new Mark(size, count, owned.size(), disowned.size(), afterwards.size());
  }

  /** Forgets what was added since. */
  void backTo(Mark mark) {
    size = mark.size();
    count = mark.count();
    owned.subList(mark.owned(), owned.size()).clear();
    disowned.subList(mark.disowned(), disowned.size()).clear();
    afterwards.subList(mark.afterwards(), afterwards.size()).clear();
  }

  void put(byte[] key, byte[] value) {
    room(11 + key.length + value.length);
    bytes[size++] = PUT;
    add(key);
    add(value);
    count++;
  }

  void remove(byte[] key) {
    room(6 + key.length);
    bytes[size++] = REMOVE;
    add(key);
    count++;
  }

  /** Removes all rows from one key up to another, which stays. */
  void removeRange(byte[] from, byte[] to) {
    room(11 + from.length + to.length);
    bytes[size++] = REMOVE_RANGE;
    add(from);
    add(to);
    count++;
  }

  /** The place of the next change among those of the same commit. */
  int ordinal(long sequence) {
    ordinals = sequence == numbered ? ordinals + 1 : 0;
    numbered = sequence;
    return ordinals;
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }

  private void add(byte[] piece) {
    int left = piece.length;
    while (left > 0x7f) {
      bytes[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
    System.arraycopy(piece, 0, bytes, size, piece.length);
    size += piece.length;
  }

  /** Says that a row names these bytes, so that they are kept. */
  void own(Extent extent, byte[] row) {
    put(RowKey.owned(extent), row);
    owned.add(extent);
  }

  /** Says that no row names these bytes any more. */
  void disown(Extent extent) {
    remove(RowKey.owned(extent));
    disowned.add(extent);
  }

  /** Has something done once the batch is written, by who writes it: short, and sure to succeed. */
  void afterwards(Runnable work) {
    afterwards.add(work);
  }

  /** The batch was written. */
  void written() {
    afterwards.forEach(Runnable::run);
  }

  List<Extent> owned() {
    return owned;
  }

  List<Extent> disowned() {
    return disowned;
  }

  /** The bytes that got an owner since. */
  List<Extent> ownedSince(Mark mark) {
    return List.copyOf(owned.subList(mark.owned(), owned.size()));
  }

  /** The bytes that lost their owner since, and got no other. */
  List<Extent> freedSince(Mark mark) {
    if (mark.disowned() == disowned.size()) {
      return List.of();
    }
    Set<Extent> freed = new LinkedHashSet<>(disowned.subList(mark.disowned(), disowned.size()));
    owned.subList(mark.owned(), owned.size()).forEach(freed::remove);
    return List.copyOf(freed);
  }

  boolean isEmpty() {
    return count == 0;
  }

  int length() {
    return size;
  }

  /** The bytes as RocksDB reads them. */
  byte[] encoded() {
    byte[] all = Arrays.copyOf(bytes, size);
    for (int at = 0; at < 4; at++) {
      all[8 + at] = (byte) (count >>> (8 * at));
    }
    return all;
  }

  /** Counts of bytes are right for one life of the rows: in another it is not to be written. */
  void boundTo(long life) {
    this.life = life;
  }

  boolean fits(long now) {
    return life == 0 || life == now;
  }
}
