package dev.sluice.ingest.sink;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A commit under way.
 *
 * @param shards whose intervals it carries
 * @param days the days its rows are filed under, by table
 * @param memory what its open files and dead letters took when it began
 * @param outcome what becomes of it
 */
record Flight(
    List<ShardTrack> shards,
    Map<TableIdentifier, SortedSet<LocalDate>> days,
    long memory,
    CompletableFuture<IntervalCommitter.Outcome> outcome) {

  Flight {
    shards = List.copyOf(shards);
    days = Map.copyOf(days);
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
