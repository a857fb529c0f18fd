package dev.sluice.infra.clock;

import dev.sluice.daemon.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time as the machine's clock tells it, never running backwards. One thread of its own runs the
 * events; one that fails is logged and does not hold up the others. Events laid in before the start
 * wait for it; those still waiting at the stop are dropped.
 */
public final class WallTime implements Scheduler, Service {
  private static final Logger LOG = LoggerFactory.getLogger(WallTime.class);

  /** Looked at again at least so often, for a machine's clock may be set. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final InstantSource clock;
  private final Agenda agenda;
  private Instant latest = Instant.EPOCH;
  private boolean stopped;
  private Optional<Thread> thread = Optional.empty();

  /**
   * @param capacity how many events may wait
   */
  public WallTime(InstantSource clock, int capacity) {
    this.clock = clock;
    this.agenda = new Agenda(capacity);
  }

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public Instant instant() {
    lock.lock();
    try {
      Instant now = clock.instant();
      if (now.isAfter(latest)) {
        latest = now;
      }
      return latest;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void at(Instant when, Runnable event) {
    lock.lock();
    try {
      agenda.add(when, event);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void start() {
    Thread started = new Thread(this::run, "clock");
    started.setDaemon(true);
    thread = Optional.of(started);
    started.start();
  }

  @Override
  public void stop() throws InterruptedException {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (thread.isPresent()) {
      thread.get().join();
    }
  }

  private void run() {
    Optional<Agenda.Entry> due = take();
    while (due.isPresent()) {
      try {
        due.get().event().run();
      } catch (RuntimeException failure) {
        LOG.error("an event due at {} failed", due.get().when(), failure);
      }
      due = take();
    }
  }

  /** Waits for the next event; nothing when stopped. */
  private Optional<Agenda.Entry> take() {
    lock.lock();
    try {
      while (!stopped) {
        Instant now = instant();
        Optional<Agenda.Entry> due = agenda.takeDue(now);
        if (due.isPresent()) {
          return due;
        }
        Optional<Duration> left = agenda.next().map(next -> Duration.between(now, next));
        changed.awaitNanos(bounded(left.orElse(LONGEST_WAIT)));
      }
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private static long bounded(Duration wait) {
    return (wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait).toNanos();
  }
}
