package dev.sluice.lake.object;

import java.util.concurrent.locks.LockSupport;

/** Work on a thread of its own that a test wants stopped at a certain place, or done. */
final class Waits {
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
    while (true) {
      Object blocker = LockSupport.getBlocker(thread);
      boolean parked =
          blocker != null && blocker.getClass().getName().startsWith(outer.getName() + "$");
      Thread.State state = thread.getState();
      if (state == Thread.State.TERMINATED
          || state == Thread.State.BLOCKED
          || (parked && state != Thread.State.RUNNABLE)) {
        return this;
      }
      Thread.onSpinWait();
    }
  }

  /** Returns when it has ended, as it should. */
  void end() throws InterruptedException {
    thread.join();
    if (failure != null) {
      throw new AssertionError(failure);
    }
  }
}
