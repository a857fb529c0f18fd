package dev.sluice.lake.object;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps change feeds within their bounds. A feed is counted once and from then on only what was
 * added. Used by one thread.
 */
final class FeedTrim {
  private static final int PIECE = 10_000;

  private final Rows rows;
  private final Commits commits;
  private final Locks locks;
  private final ChangeSettings settings;
  private final Map<String, Count> counts = new HashMap<>();

  FeedTrim(Rows rows, Commits commits, Locks locks, ChangeSettings settings) {
    this.rows = rows;
    this.commits = commits;
    this.locks = locks;
    this.settings = settings;
  }

  /**
   * So many rows up to a sequence, in the feed that begins after a floor. Nobody else raises a
   * floor, so a feed with another is one of a bucket made anew, or was trimmed further than known.
   */
  private record Count(long floor, long rows, long through) {}

  /** Forgets buckets that are gone. */
  void keepOnly(Collection<String> buckets) {
    counts.keySet().retainAll(buckets);
  }

  /** Trims one feed; how many changes went. */
  long trim(String bucket, Instant now) {
    Count count = count(bucket);
    long excess = count.rows() - settings.kept();
    Instant oldest = now.minus(settings.age());
    long gone = 0;
    Optional<Cut> cut = cut(bucket, excess, oldest);
    while (cut.isPresent()) {
      if (!cut(bucket, count.floor(), cut.get())) {
        return gone;
      }
      gone += cut.get().rows();
      count =
          new Count(
              cut.get().through(),
              Math.max(0, count.rows() - cut.get().rows()),
              Math.max(count.through(), cut.get().through()));
      counts.put(bucket, count);
      cut = cut(bucket, excess - gone, oldest);
    }
    return gone;
  }

  /** Whether the feed is still the one that was looked at, and is shorter now. */
  private boolean cut(String bucket, long before, Cut cut) {
    // No key's lock, but the bucket's: it stays the bucket it is.
    return locks.onKeys(
        bucket,
        List.of(),
        () -> {
          if (ChangeFeed.floor(rows, bucket) != before) {
            return false;
          }
          commits.commit(
              Durability.NONE,
              (number, batch) -> {
                batch.put(RowKey.changeFloor(bucket), HistoryCodec.number(cut.through()));
                batch.removeRange(
                    RowKey.changes(bucket), RowKey.change(bucket, cut.through() + 1, 0));
              });
          return true;
        });
  }

  private Count count(String bucket) {
    long floor = ChangeFeed.floor(rows, bucket);
    Count known = counts.get(bucket);
    Count count = known != null && known.floor() == floor ? known : new Count(floor, 0, 0);
    while (true) {
      long number = count.rows();
      long through = count.through();
      int piece = 0;
      try (Rows.Cursor cursor = rows.cursor(RowKey.changes(bucket))) {
        cursor.seek(RowKey.change(bucket, through + 1, 0));
        while (cursor.valid()) {
          long sequence = HistoryCodec.sequence(cursor.key());
          if (piece >= PIECE && sequence != through) {
            break;
          }
          through = sequence;
          number++;
          piece++;
          cursor.next();
        }
      }
      count = new Count(floor, number, through);
      if (piece < PIECE) {
        counts.put(bucket, count);
        return count;
      }
    }
  }

  /** Changes that go: so many rows, up to and with a sequence. */
  private record Cut(long rows, long through) {}

  /** The oldest commits that are too many or too old, a piece at a time; commits go whole. */
  private Optional<Cut> cut(String bucket, long excess, Instant oldest) {
    long number = 0;
    long through = 0;
    try (Rows.Cursor cursor = rows.cursor(RowKey.changes(bucket))) {
      for (; cursor.valid(); cursor.next()) {
        long sequence = HistoryCodec.sequence(cursor.key());
        if (sequence != through) {
          boolean goes =
              number < excess
                  || HistoryCodec.change(cursor.key(), cursor.value()).time().isBefore(oldest);
          if (!goes || number >= PIECE) {
            break;
          }
        }
        through = sequence;
        number++;
      }
    }
    return number == 0 ? Optional.empty() : Optional.of(new Cut(number, through));
  }
}
