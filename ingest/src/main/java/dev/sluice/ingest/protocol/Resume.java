package dev.sluice.ingest.protocol;

import java.util.Objects;
import java.util.Optional;

/**
 * Where to read a shard from. Only the table's property says so; the log can only say that it is
 * impossible.
 */
public sealed interface Resume {

  /** Read from here. */
  record From(ShardProgress progress) implements Resume {
    public From {
      Objects.requireNonNull(progress, "progress");
    }
  }

  /** The log begins after the offset the table needs next: [from, to) can no longer be had. */
  record Trimmed(long from, long to) implements Resume {
    public Trimmed {
      if (to <= from) {
        throw new IllegalArgumentException("a gap is not empty: [" + from + ", " + to + ")");
      }
    }
  }

  /** The table holds offsets the log never had: this is not the log the table was filled from. */
  record BeyondEnd(long needed, long logEnd) implements Resume {}

  /**
   * Decides from the table's property (none: 0) and the offsets the log holds, [logStart, logEnd).
   */
  static Resume decide(Optional<ShardProgress> observed, long logStart, long logEnd) {
    ShardProgress progress = observed.orElse(ShardProgress.START);
    if (progress.nextOffset() < logStart) {
      return new Trimmed(progress.nextOffset(), logStart);
    }
    if (progress.nextOffset() > logEnd) {
      return new BeyondEnd(progress.nextOffset(), logEnd);
    }
    return new From(progress);
  }
}
