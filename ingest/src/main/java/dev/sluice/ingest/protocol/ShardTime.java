package dev.sluice.ingest.protocol;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;

/**
 * How far event time has come in a shard, as the table has it.
 *
 * @param reached the latest event time of a row, no later than its receipt: no clock that runs
 *     ahead takes the others along
 */
public record ShardTime(Instant reached, Activity activity) {

  /** Whether the shard holds the watermark back. */
  public enum Activity {
    ACTIVE,
    /** Who reads it has read all there was, and for a while nothing more came. */
    IDLE
  }

  private static final String KEY_PREFIX = LogShard.PROPERTY_PREFIX + "time.";
  private static final String IDLE_MARK = " idle";

  public ShardTime {
    Objects.requireNonNull(reached, "reached");
    Objects.requireNonNull(activity, "activity");
  }

  /** The name of the table property that carries a shard's. */
  public static String propertyKey(LogShard shard) {
    return KEY_PREFIX + shard;
  }

  /** The shard such a property speaks of. */
  public static Optional<LogShard> ofPropertyKey(String key) {
    return key.startsWith(KEY_PREFIX)
        ? LogShard.ofPropertyKey(LogShard.PROPERTY_PREFIX + key.substring(KEY_PREFIX.length()))
        : Optional.empty();
  }

  public String encode() {
    return activity == Activity.IDLE ? reached + IDLE_MARK : reached.toString();
  }

  /** Reads a property's value; empty when it is something else. */
  public static Optional<ShardTime> parse(String text) {
    boolean idle = text.endsWith(IDLE_MARK);
    try {
      return Optional.of(
          new ShardTime(
              Instant.parse(idle ? text.substring(0, text.length() - IDLE_MARK.length()) : text),
              idle ? Activity.IDLE : Activity.ACTIVE));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * The watermark of a table: what all active shards have reached, less what events may be late. It
   * never goes back, whichever shard wakes.
   */
  public static Optional<Instant> watermark(
      Collection<ShardTime> shards, Duration lateness, Optional<Instant> before) {
    Optional<Instant> now =
        shards.stream()
            .filter(shard -> shard.activity() == Activity.ACTIVE)
            .map(shard -> shard.reached().minus(lateness))
            .min(Instant::compareTo);
    return before.isPresent() && (now.isEmpty() || before.get().isAfter(now.get())) ? before : now;
  }
}
