package dev.sluice.lake.object;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that does some work again and again, each time after a pause. Closing it ends the pause,
 * tells the work, and waits for the thread. It is never interrupted, for that would close the files
 * it reads.
 */
final class Rounds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  private final Lock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  private final Thread thread;
  private boolean ended;

  /** The work of one round. */
  interface Round {
    /** Does what there is to do; long pieces ask {@link Rounds#pause} on the way. */
    void run(Rounds rounds);
  }

  Rounds(String name, Duration pause, Round round) {
    this.thread =
        new Thread(
            () -> {
              while (pause(pause.toNanos())) {
                try {
                  round.run(this);
                } catch (RuntimeException | Error e) {
                  LOG.error("{} failed; it is tried again in {}", name, pause, e);
                }
              }
            },
            name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Waits; false, and at once, when the rounds have ended. */
  boolean pause(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!ended && left > 0) {
        left = change.awaitNanos(left);
      }
      return !ended;
    } catch (InterruptedException e) {
      ended = true;
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  boolean ended() {
    return !pause(0);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      change.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      while (thread.isAlive()) {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
