package dev.sluice.lake.book;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How far the book is. Who makes a change tells it; the reader notes what it was told before it
 * looked; so who asks can wait for everything that was told before.
 */
final class Progress {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private long told;
  private long read;
  private boolean stopped;

  /** There is a change to be read. */
  void tell() {
    lock.lock();
    try {
      told++;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      stopped = true;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean stopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for news, or for so long; says how much was told. */
  long await(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (told == read && !stopped && left > 0) {
        left = moved.awaitNanos(left);
      }
      return told;
    } finally {
      lock.unlock();
    }
  }

  /** Everything that was told up to there is in the book. */
  void reached(long number) {
    lock.lock();
    try {
      read = Math.max(read, number);
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all that was told by now is in the book; says whether it is. */
  boolean caughtUp(Duration patience) {
    lock.lock();
    try {
      long wanted = told;
      long left = patience.toNanos();
      while (read < wanted && !stopped) {
        if (left <= 0) {
          return false;
        }
        left = moved.awaitNanos(left);
      }
      return read >= wanted;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Pauses, unless the reader is to stop. */
  void rest(Duration time) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(time.toMillis());
      while (!stopped && left > 0) {
        left = moved.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
