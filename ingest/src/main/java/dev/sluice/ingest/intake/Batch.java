package dev.sluice.ingest.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The results of a request's events as they come in, from several threads. Each event gets exactly
 * one result, the first; the batch is complete when all have one.
 */
final class Batch {
  private final AtomicReferenceArray<EventResult> results;
  private final AtomicInteger missing;
  private final CompletableFuture<List<EventResult>> complete = new CompletableFuture<>();

  Batch(int events) {
    results = new AtomicReferenceArray<>(events);
    missing = new AtomicInteger(events);
    if (events == 0) {
      complete.complete(List.of());
    }
  }

  void put(EventResult result) {
    if (results.compareAndSet(result.index(), null, result) && missing.decrementAndGet() == 0) {
      List<EventResult> all = new ArrayList<>(results.length());
      for (int i = 0; i < results.length(); i++) {
        all.add(results.get(i));
      }
      complete.complete(List.copyOf(all));
    }
  }

  /** Ends the waiting: what has no result yet is undecided. */
  void giveUp(String why) {
    for (int i = 0; i < results.length(); i++) {
      put(new EventResult.Undecided(i, why));
    }
  }

  CompletableFuture<List<EventResult>> complete() {
    return complete;
  }
}
