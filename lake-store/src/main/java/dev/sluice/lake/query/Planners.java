package dev.sluice.lake.query;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Planners, each for one query at a time, on threads of their own. DuckDB cannot be interrupted
 * while it plans, and there are short texts that it plans for minutes. So whoever asks waits only
 * as long as its query may take, and leaves the planner behind; what is left behind ends by itself
 * and is not used again. Twice as many as there are queries at a time can be under way, those left
 * behind among them: so much of the processor can be lost, and no more.
 */
final class Planners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Planners.class);
  private static final long TICK_MILLIS = 50;
  private static final long PATIENCE_SECONDS = 20;

  private final QuerySettings settings;
  private final BlockingQueue<Planner> idle;
  private final KnownTexts known = new KnownTexts();
  private final Semaphore permits;
  private final ThreadPoolExecutor threads;

  /** What is done with a planner. */
  interface Work<T> {
    T with(Planner planner) throws SQLException, RefusedQueryException;
  }

  Planners(QuerySettings settings) {
    this.settings = settings;
    int most = 2 * settings.concurrency();
    this.idle = new ArrayBlockingQueue<>(settings.concurrency());
    this.permits = new Semaphore(most, true);
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            0,
            most + 1,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, "sql-planner-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Returns what the work makes, or throws why it is not waited for. */
  <T> T plan(Delivery delivery, Work<T> work)
      throws SQLException, RefusedQueryException, IOException {
    try {
      while (!permits.tryAcquire(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        delivery.check();
      }
      Future<T> planning = begin(work);
      while (true) {
        try {
          return planning.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException still) {
          delivery.check();
        }
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      throw new IOException("SQL is stopping", ending);
    } catch (ExecutionException failed) {
      throw thrown(failed);
    }
  }

  private <T> Future<T> begin(Work<T> work) throws IOException {
    try {
      return threads.submit(() -> using(work));
    } catch (RejectedExecutionException stopping) {
      permits.release();
      throw new IOException("SQL is stopping", stopping);
    }
  }

  private <T> T using(Work<T> work) throws SQLException, RefusedQueryException {
    try {
      Planner ready = idle.poll();
      Planner planner = ready == null ? Planner.open(settings, known) : ready;
      boolean sound = false;
      try {
        T made = work.with(planner);
        sound = true;
        return made;
      } finally {
        if (!sound || threads.isShutdown() || !idle.offer(planner)) {
          planner.close();
        }
      }
    } finally {
      permits.release();
    }
  }

  /** The failure as it was, where it is one that the work can have. */
  private static IOException thrown(ExecutionException failed)
      throws SQLException, RefusedQueryException {
    Throwable cause = failed.getCause();
    if (cause instanceof SQLException failure) {
      throw failure;
    }
    if (cause instanceof RefusedQueryException refused) {
      throw refused;
    }
    if (cause instanceof RuntimeException failure) {
      throw failure;
    }
    if (cause instanceof Error failure) {
      throw failure;
    }
    return new IOException(cause);
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a query that nobody waits for is still being planned");
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
    for (Planner left = idle.poll(); left != null; left = idle.poll()) {
      left.close();
    }
  }
}
