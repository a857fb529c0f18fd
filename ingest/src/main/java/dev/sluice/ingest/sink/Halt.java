package dev.sluice.ingest.sink;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Tells a worker's thread to end, and how; and lets it wait for time to pass until then. */
final class Halt {

  /** While it drains, a worker tries only so often: whoever stops it is waiting. */
  private static final int ATTEMPTS_WHILE_DRAINING = 3;

  private final CountDownLatch told = new CountDownLatch(1);
  private final Duration pauseMin;
  private final Duration pauseMax;
  private volatile boolean hard;

  Halt(Duration pauseMin, Duration pauseMax) {
    this.pauseMin = pauseMin;
    this.pauseMax = pauseMax;
  }

  /** End: commit what is pending, leave the group. */
  void drain() {
    told.countDown();
  }

  /** End as a killed process would: nothing more is committed and nobody is told. */
  void drop() {
    hard = true;
    told.countDown();
  }

  boolean told() {
    return told.getCount() == 0;
  }

  boolean hard() {
    return hard;
  }

  /** Waits after a failure, twice as long after each; says whether to try again. */
  boolean pause(int failures) {
    if (hard) {
      return false;
    }
    if (told()) {
      LockSupport.parkNanos(pauseMin.toNanos());
      return failures < ATTEMPTS_WHILE_DRAINING;
    }
    long factor = 1L << Math.min(20, Math.max(0, failures - 1));
    long millis = Math.min(pauseMax.toMillis(), pauseMin.toMillis() * factor);
    try {
      // Told to end while waiting: the caller may try once more and will then be refused.
      boolean ended = told.await(millis, TimeUnit.MILLISECONDS);
      return !(ended && hard);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
