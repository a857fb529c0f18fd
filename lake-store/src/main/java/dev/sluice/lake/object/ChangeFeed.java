package dev.sluice.lake.object;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What happened in a bucket, in the order it became true, to be read again from any sequence on. A
 * change is written in the batch of the rows it speaks of, so the feed never knows more or less
 * than the bucket. Old changes are trimmed; whoever asks for them is told so, never given the rest.
 */
public final class ChangeFeed {
  /** The most changes of one page, but for the last commit in it, which is never split. */
  public static final int MAX_PAGE = 1000;

  private final Rows rows;
  private final Buckets buckets;
  private final LongSupplier latest;

  ChangeFeed(Rows rows, Buckets buckets, LongSupplier latest) {
    this.rows = rows;
    this.buckets = buckets;
    this.latest = latest;
  }

  /** What a reader gets. */
  public sealed interface Answer {
    /**
     * The next changes. {@code next} is what to ask after then; {@code more} says that there are
     * further ones already.
     */
    record Page(List<Change> changes, long next, boolean more) implements Answer {
      public Page {
        changes = List.copyOf(changes);
      }
    }

    /** Changes after the given sequence are no longer there: only those after {@code floor}. */
    record Gap(long floor) implements Answer {}

    /** The sequence asked for has not happened in this store: it was put back, or is another. */
    record Ahead(long latest) implements Answer {}
  }

  /**
   * The changes after a sequence, {@code max} of them or the last commit's more; commits stay
   * whole.
   */
  public Answer after(String bucket, long sequence, int max) {
    buckets.require(bucket);
    if (max < 1) {
      throw new StoreException(
          StoreException.Reason.INVALID_ARGUMENT, "A page of changes holds at least one");
    }
    long newest = latest.getAsLong();
    if (sequence > newest) {
      return new Answer.Ahead(newest);
    }
    Answer.Page page = page(bucket, sequence, Math.min(max, MAX_PAGE));
    // Asked after the page was read: what is trimmed meanwhile makes a gap, never a hole.
    long floor = floor(rows, bucket);
    return sequence < floor ? new Answer.Gap(floor) : page;
  }

  /** What to ask after for all changes that are kept. */
  public long begin(String bucket) {
    buckets.require(bucket);
    return floor(rows, bucket);
  }

  private Answer.Page page(String bucket, long sequence, int max) {
    List<Change> changes = new ArrayList<>();
    long last = sequence;
    try (Rows.Cursor cursor = rows.cursor(RowKey.changes(bucket))) {
      cursor.seek(RowKey.change(bucket, sequence + 1, 0));
      for (; cursor.valid(); cursor.next()) {
        Change change = HistoryCodec.change(cursor.key(), cursor.value());
        if (changes.size() >= max && change.sequence() != last) {
          return new Answer.Page(changes, last, true);
        }
        changes.add(change);
        last = change.sequence();
      }
    }
    return new Answer.Page(changes, last, false);
  }

  /** All changes after this sequence are there. */
  static long floor(Rows rows, String bucket) {
    return rows.get(RowKey.changeFloor(bucket)).map(HistoryCodec::number).orElse(0L);
  }
}
