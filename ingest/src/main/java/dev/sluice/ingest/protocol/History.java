package dev.sluice.ingest.protocol;

import java.util.Objects;
import java.util.Optional;

/**
 * Whether a shard's property (the truth) and the newest snapshot that speaks of the shard (history)
 * agree. A table that was rolled back keeps its properties but loses its snapshots, and with them
 * rows: reading on would lose those rows for good, so the shard stops.
 */
public sealed interface History {

  /** They agree, or history was expired and cannot contradict. */
  record Agrees() implements History {}

  /** They disagree. */
  record Disagrees(String why) implements History {
    public Disagrees {
      Objects.requireNonNull(why, "why");
    }
  }

  /** How much of a table's past can still be seen. */
  enum Reach {
    /** The chain of snapshots goes back to the table's first. */
    COMPLETE,
    /** Older snapshots have been expired. */
    EXPIRED,
    /**
     * Older snapshots have been expired, but the one that took the shard to where its property
     * stands is kept, and the current one does not descend from it.
     */
    ABANDONED
  }

  /**
   * Compares.
   *
   * @param newestTo the end offset in the newest ancestor of the current snapshot that names the
   *     shard
   */
  static History compare(
      LogShard shard, Optional<ShardProgress> property, Optional<Long> newestTo, Reach reach) {
    long next = property.orElse(ShardProgress.START).nextOffset();
    if (newestTo.isPresent()) {
      if (newestTo.get() == next) {
        return new Agrees();
      }
      return new Disagrees(
          "property "
              + shard.propertyKey()
              + " says next offset "
              + next
              + ", but the newest snapshot of the shard ends at "
              + newestTo.get()
              + (newestTo.get() < next
                  ? ": the table was rolled back"
                  : ": the property was set back"));
    }
    if (next == 0 || reach == Reach.EXPIRED) {
      return new Agrees();
    }
    return new Disagrees(
        "property "
            + shard.propertyKey()
            + " says next offset "
            + next
            + (reach == Reach.ABANDONED
                ? ", but the snapshot that says so too is no longer one the table stands on"
                : ", but no snapshot of the table ever took an event of the shard")
            + ": the table was rolled back");
  }
}
