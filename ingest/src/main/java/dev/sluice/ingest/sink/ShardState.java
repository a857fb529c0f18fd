package dev.sluice.ingest.sink;

import java.time.Instant;
import java.util.Objects;

/**
 * Where a shard is in its worker's hands.
 *
 * <pre>
 * Joining  -> Reading   the table says where, and the log has it
 * Joining  -> Stopped   it cannot go on without a person
 * Reading  -> Joining   its interval was dropped: ask the table again
 * Reading  -> Stopped   the log lost what was needed, or the table contradicts itself
 * Stopped  -> Joining   after a while: a person may have mended it
 * </pre>
 */
sealed interface ShardState {

  record Joining() implements ShardState {}

  record Reading() implements ShardState {}

  record Stopped(String why, Instant since) implements ShardState {
    public Stopped {
      Objects.requireNonNull(why, "why");
      Objects.requireNonNull(since, "since");
    }
  }

  /** The name people see. */
  default String label() {
    return getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }
}
