package dev.sluice.ingest.protocol;

import java.util.Objects;

/**
 * A run of offsets [from, to) of one shard that a worker has read and written, with what became of
 * each.
 */
public record Interval(LogShard shard, long from, long to, Counts counts) {

  public Interval {
    Objects.requireNonNull(shard, "shard");
    Objects.requireNonNull(counts, "counts");
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException("an interval is not empty: [" + from + ", " + to + ")");
    }
    if (counts.offsets() != to - from) {
      throw new IllegalArgumentException(
          "["
              + from
              + ", "
              + to
              + ") of "
              + shard
              + " has counts for "
              + counts.offsets()
              + " offsets");
    }
  }
}
