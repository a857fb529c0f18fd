package dev.sluice.lake.object;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that hash a piece of a body while whoever brought it writes it: MD5 takes longer than
 * writing does, and cannot be divided. With none free, the one who asks hashes first and writes
 * then.
 */
final class Hashers implements AutoCloseable {
  private static final int MAX = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ThreadPoolExecutor threads;

  Hashers() {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            0,
            MAX,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, "object-store-hash-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins, if a thread is free; to be waited for. */
  Optional<Future<?>> begin(Runnable hashing) {
    FutureTask<?> task = new FutureTask<>(hashing, null);
    try {
      threads.execute(task);
      return Optional.of(task);
    } catch (RejectedExecutionException none) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("a body is still being hashed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
