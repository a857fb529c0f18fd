package dev.sluice.lake.object;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done a short while after it is wanted, once for all who wanted it by then. A thread
 * of its own, which sleeps while there is nothing to do; closing it waits for work under way, and
 * leaves what was not begun.
 */
final class Chore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Chore.class);

  private final Runnable work;
  private final long interval;
  private final Thread thread;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean wanted;
  private boolean closing;

  Chore(String name, Duration interval, Runnable work) {
    this.work = work;
    this.interval = interval.toNanos();
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  void want() {
    lock.lock();
    try {
      if (!wanted) {
        wanted = true;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (awaitWork()) {
      try {
        work.run();
      } catch (RuntimeException e) {
        // It has been logged; what could not be done is tried again.
        want();
      } catch (Error e) {
        // Else nobody would know that this is not done any more.
        LOG.error("{} failed; it is tried again", thread.getName(), e);
        want();
      }
    }
  }

  /** Whether to go on, after waiting for work and then for more of it to come. */
  private boolean awaitWork() {
    lock.lock();
    try {
      while (!wanted && !closing) {
        changed.await();
      }
      long left = interval;
      while (!closing && left > 0) {
        left = changed.awaitNanos(left);
      }
      wanted = false;
      return !closing;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
