package dev.sluice.lake.object;

import java.util.concurrent.locks.LockSupport;

/** One who waits asleep. */
final class Sleeper implements Commits.Asker {
  private final Thread owner = Thread.currentThread();
  private long number;
  private RuntimeException failure;
  private volatile boolean told;

  @Override
  public void committed(long last) {
    number = last;
    wake();
  }

  @Override
  public void failed(RuntimeException why) {
    failure = why;
    wake();
  }

  private void wake() {
    told = true;
    LockSupport.unpark(owner);
  }

  long await() {
    boolean interrupted = false;
    while (!told) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
    return number;
  }
}
