package dev.sluice.infra.clock;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Time that passes when it is told to. An event that fails stops the run, as a test wants it. */
public final class VirtualTime implements Scheduler {
  private final Agenda agenda;
  private Instant now;

  /**
   * @param capacity how many events may wait
   */
  public VirtualTime(Instant start, int capacity) {
    this.now = start;
    this.agenda = new Agenda(capacity);
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public synchronized void at(Instant when, Runnable event) {
    agenda.add(when, event);
  }

  public void advance(Duration span) {
    advanceTo(instant().plus(span));
  }

  /** Runs everything due by then, each event at its own instant; then it is then. */
  public void advanceTo(Instant then) {
    Optional<Agenda.Entry> due = take(then);
    while (due.isPresent()) {
      due.get().event().run();
      due = take(then);
    }
  }

  /** How many events wait. */
  public synchronized int waiting() {
    return agenda.size();
  }

  private synchronized Optional<Agenda.Entry> take(Instant then) {
    Optional<Agenda.Entry> due = agenda.takeDue(then);
    Instant reached = due.map(Agenda.Entry::when).orElse(then);
    if (reached.isAfter(now)) {
      now = reached;
    }
    return due;
  }
}
