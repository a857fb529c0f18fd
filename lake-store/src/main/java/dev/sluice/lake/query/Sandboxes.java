package dev.sluice.lake.query;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sandboxes for queries, each for one query only. To open one and to take one down costs as much
 * time as a small query itself; so both are done between queries, when nobody waits: what a query
 * is done with is taken down after its answer, and another is opened in spare.
 */
final class Sandboxes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);

  /** Whoever comes when so much waits to be done does it himself. */
  private static final int WAITING = 16;

  private static final long PATIENCE_SECONDS = 20;

  private final QuerySettings settings;
  private final BlockingQueue<Sandbox> spare = new ArrayBlockingQueue<>(1);
  private final ThreadPoolExecutor chores;

  Sandboxes(QuerySettings settings) {
    this.settings = settings;
    this.chores =
        new ThreadPoolExecutor(
            1,
            1,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            chore -> new Thread(chore, "sql-sandboxes"),
            Sandboxes::atOnce);
    chores.allowCoreThreadTimeOut(true);
  }

  private static void atOnce(Runnable chore, ThreadPoolExecutor chores) {
    if (chores.isShutdown()) {
      throw new RejectedExecutionException("SQL is stopping");
    }
    chore.run();
  }

  /** A sandbox that nobody else has had, in the bounds of a query, whose statements are told of. */
  Sandbox take(QuerySettings bounds, Consumer<Statement> watch) throws SQLException {
    Sandbox ready = spare.poll();
    Sandbox sandbox = ready == null ? Sandbox.open(settings) : ready;
    try {
      sandbox.begin(bounds, watch, this::takeDown);
      return sandbox;
    } catch (SQLException failure) {
      sandbox.discard();
      throw failure;
    }
  }

  private void refill() {
    if (!spare.isEmpty()) {
      return;
    }
    try {
      Sandbox fresh = Sandbox.open(settings);
      if (chores.isShutdown() || !spare.offer(fresh)) {
        fresh.discard();
      }
    } catch (SQLException failure) {
      LOG.warn("no DuckDB could be opened in advance: {}", failure.toString());
    }
  }

  private void takeDown(Sandbox used) {
    try {
      chores.execute(
          () -> {
            refill();
            used.discard();
          });
    } catch (RejectedExecutionException stopping) {
      used.discard();
    }
  }

  /** Returns when all that were given back are taken down. */
  @Override
  public void close() {
    chores.shutdown();
    try {
      if (!chores.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a DuckDB is not taken down yet");
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
    Sandbox left = spare.poll();
    if (left != null) {
      left.discard();
    }
  }
}
