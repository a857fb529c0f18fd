package dev.sluice.lake.http;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A fixed number of threads with a bounded queue, joined by whoever stops it. */
public final class Workers {
  private final String name;
  private final Duration patience;
  private final ThreadPoolExecutor executor;

  /**
   * @param patience how long stopping waits for what is under way before it interrupts
   */
  public Workers(String name, int threads, int queue, Duration patience) {
    this.name = name;
    this.patience = patience;
    AtomicInteger number = new AtomicInteger();
    this.executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            work -> {
              Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** Takes the work, unless the queue is full or the workers have stopped. */
  public boolean offer(Runnable work) {
    try {
      executor.execute(work);
      return true;
    } catch (RejectedExecutionException full) {
      return false;
    }
  }

  /** Lets what is under way end, then joins the threads. */
  public void stop() throws InterruptedException {
    executor.shutdown();
    if (!executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      executor.shutdownNow();
      if (!executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(name + " still work after an interrupt");
      }
    }
  }
}
