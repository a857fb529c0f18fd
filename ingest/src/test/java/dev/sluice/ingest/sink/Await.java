package dev.sluice.ingest.sink;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for something to become true, and not for ever. */
public final class Await {

  private Await() {}

  public static void until(String what, Callable<Boolean> condition) throws Exception {
    until(what, Duration.ofSeconds(90), condition);
  }

  public static void until(String what, Duration most, Callable<Boolean> condition)
      throws Exception {
    long end = System.nanoTime() + most.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    while (!condition.call()) {
      if (System.nanoTime() > end || never.await(50, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("not in " + most + ": " + what);
      }
    }
  }
}
