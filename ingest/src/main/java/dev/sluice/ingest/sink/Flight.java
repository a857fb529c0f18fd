package dev.sluice.ingest.sink;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A commit under way.
 *
 * @param shards whose intervals it carries
 * @param days the days its rows are filed under
 * @param memory what its open files and dead letters took when it began
 * @param outcome what becomes of it
 */
record Flight(
    List<ShardTrack> shards,
    SortedSet<LocalDate> days,
    long memory,
    CompletableFuture<IntervalCommitter.Outcome> outcome) {

  Flight {
    shards = List.copyOf(shards);
    days = new TreeSet<>(days);
    Objects.requireNonNull(outcome, "outcome");
  }

  boolean over() {
    return outcome.isDone();
  }

  /** Waits for it: how long at most, the attempts and answers a commit is given say. */
  IntervalCommitter.Outcome await() {
    try {
      return outcome.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    } catch (CancellationException e) {
      throw new IllegalStateException("a commit was given up before it began", e);
    }
  }
}
