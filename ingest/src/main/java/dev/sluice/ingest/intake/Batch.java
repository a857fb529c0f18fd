package dev.sluice.ingest.intake;

import dev.sluice.ingest.spool.SpooledEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The results of a request's events as they come in, from several threads. Each event gets exactly
 * one result, the first; the batch is complete when all have one.
 */
final class Batch {
  private final AtomicReferenceArray<EventResult> results;
  private final AtomicReferenceArray<SpooledEvent> events;
  private final AtomicInteger missing;
  private final CompletableFuture<List<EventResult>> complete = new CompletableFuture<>();

  Batch(int events) {
    results = new AtomicReferenceArray<>(events);
    this.events = new AtomicReferenceArray<>(events);
    missing = new AtomicInteger(events);
    if (events == 0) {
      complete.complete(List.of());
    }
  }

  /** Keeps the event until its batch is answered, should the log not take it. */
  void remember(int index, SpooledEvent event) {
    events.set(index, event);
  }

  Optional<SpooledEvent> remembered(int index) {
    return Optional.ofNullable(events.get(index));
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
