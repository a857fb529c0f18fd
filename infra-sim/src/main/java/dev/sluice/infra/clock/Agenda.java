package dev.sluice.infra.clock;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * What is to happen, in order. The core that both kinds of time share; its owner guards it, and
 * runs what it takes out with no lock held, for events lay further ones in.
 */
final class Agenda {
  /** One thing to happen; the number keeps the order of arrival at equal instants. */
  record Entry(Instant when, long number, Runnable event) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparing(Entry::when).thenComparingLong(Entry::number));
  private final int capacity;
  private long arrived;

  Agenda(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("an agenda holds at least one event");
    }
    this.capacity = capacity;
  }

  void add(Instant when, Runnable event) {
    if (entries.size() >= capacity) {
      throw new IllegalStateException("the agenda is full: " + capacity + " events wait");
    }
    entries.add(new Entry(when, arrived++, event));
  }

  Optional<Instant> next() {
    return Optional.ofNullable(entries.peek()).map(Entry::when);
  }

  /** Takes out the next event that is due by then. */
  Optional<Entry> takeDue(Instant until) {
    Entry first = entries.peek();
    if (first == null || first.when().isAfter(until)) {
      return Optional.empty();
    }
    return Optional.ofNullable(entries.poll());
  }

  int size() {
    return entries.size();
  }
}
