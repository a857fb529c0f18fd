package dev.sluice.lake.object;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Work on a thread of its own that a test wants stopped at a certain place, or done. */
final class Waits {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Thread thread;
  private volatile Throwable failure;

  /** What may throw. */
  interface Work {
    void run() throws Exception;
  }

  Waits(Work work) {
    thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable e) {
                failure = e;
              }
            });
    thread.start();
  }

  /** Returns when it has ended, or waits for something of the class, or for a monitor. */
  Waits untilItWaitsFor(Class<?> outer) {
    long since = System.nanoTime();
    while (!isAt(outer)) {
      if (System.nanoTime() - since > PATIENCE.toNanos()) {
        AssertionError stuck = new AssertionError("waits for no " + outer.getName());
        stuck.setStackTrace(thread.getStackTrace());
        throw stuck;
      }
      Thread.onSpinWait();
    }
    return this;
  }

  /** Returns when it has ended, or waits to be notified. */
  Waits untilItWaits() {
    long since = System.nanoTime();
    while (thread.getState() != Thread.State.TERMINATED
        && thread.getState() != Thread.State.WAITING) {
      if (System.nanoTime() - since > PATIENCE.toNanos()) {
        throw new AssertionError("waits for nothing");
      }
      Thread.onSpinWait();
    }
    return this;
  }

  private boolean isAt(Class<?> outer) {
    Object blocker = LockSupport.getBlocker(thread);
    Thread.State state = thread.getState();
    boolean parked = blocker != null && isOf(blocker.getClass(), outer);
    return state == Thread.State.TERMINATED
        || state == Thread.State.BLOCKED
        || (parked && state != Thread.State.RUNNABLE);
  }

  private static boolean isOf(Class<?> type, Class<?> outer) {
    return type == outer || type.getName().startsWith(outer.getName() + "$");
  }

  /** Returns when it has ended, as it should. */
  void end() throws InterruptedException {
    thread.join(PATIENCE.toMillis());
    if (thread.isAlive()) {
      AssertionError stuck = new AssertionError("does not end");
      stuck.setStackTrace(thread.getStackTrace());
      throw stuck;
    }
    if (failure != null) {
      throw new AssertionError(failure);
    }
  }
}
