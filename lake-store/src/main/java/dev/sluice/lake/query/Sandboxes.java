package dev.sluice.lake.query;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sandboxes for queries. To open one and to take one down costs as much time as a small query
 * itself; so both are done when nobody waits, and one whose query went well is cleared after its
 * answer and kept for another.
 */
final class Sandboxes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);

  /** Whoever comes when so much waits to be done does it himself. */
  private static final int WAITING = 16;

  /** So many are kept: one at work while another is cleared. */
  private static final int KEPT = 2;

  /** After so many queries one is taken down, lest it gather what nobody knows of. */
  private static final int QUERIES = 1_000;

  /** One that no query wants for so long is taken down, and gives back what memory it holds. */
  private static final Duration REST = Duration.ofMinutes(1);

  private static final long PATIENCE_SECONDS = 20;

  private final QuerySettings settings;
  private final Spool spool;
  private final BlockingQueue<Sandbox> kept = new ArrayBlockingQueue<>(KEPT);
  private final AtomicLong opened = new AtomicLong();
  private final AtomicBoolean linked = new AtomicBoolean(true);
  private final ScheduledThreadPoolExecutor chores;

  Sandboxes(QuerySettings settings, Spool spool) {
    this.settings = settings;
    this.spool = spool;
    this.chores = new ScheduledThreadPoolExecutor(1, chore -> new Thread(chore, "sql-sandboxes"));
    var unused =
        chores.scheduleWithFixedDelay(
            () -> letGo(System.nanoTime()),
            REST.toNanos(),
            REST.toNanos() / 2,
            TimeUnit.NANOSECONDS);
  }

  /** Takes down those that have rested long enough. */
  void letGo(long nanos) {
    for (Sandbox each : kept) {
      if (each.restedFor(REST.toNanos(), nanos) && kept.remove(each)) {
        each.discard();
      }
    }
  }

  /** Whether files can be linked to where a kept sandbox can read them, as far as is known. */
  boolean linked() {
    return linked.get();
  }

  /** They cannot be: from now on each query has a sandbox of its own. */
  void notLinked(UnlinkedException why) {
    if (why.always() && linked.getAndSet(false)) {
      LOG.info("SQL opens a DuckDB for each query: files cannot be linked, {}", why.getMessage());
    }
  }

  /** One that is kept, in the bounds of a query, whose statements are told of. */
  Sandbox take(QuerySettings bounds, Consumer<Statement> watch) throws SQLException, IOException {
    Sandbox ready = kept.poll();
    return begun(ready == null ? fresh() : ready, bounds, watch);
  }

  /** One for this query alone, to be locked to what that reads and writes. */
  Sandbox open(QuerySettings bounds, Consumer<Statement> watch) throws SQLException {
    return begun(Sandbox.forOne(settings), bounds, watch);
  }

  private Sandbox begun(Sandbox sandbox, QuerySettings bounds, Consumer<Statement> watch)
      throws SQLException {
    try {
      sandbox.begin(bounds, watch, this::takeBack);
      return sandbox;
    } catch (SQLException failure) {
      sandbox.discard();
      throw failure;
    }
  }

  private Sandbox fresh() throws SQLException, IOException {
    Enclosure enclosure = Enclosure.in(spool.place(Long.toString(opened.incrementAndGet())));
    return Sandbox.forMany(settings, enclosure);
  }

  private void takeBack(Sandbox used) {
    if (chores.getQueue().size() > WAITING) {
      putAway(used);
      return;
    }
    try {
      chores.execute(() -> putAway(used));
    } catch (RejectedExecutionException stopping) {
      used.discard();
    }
  }

  private void putAway(Sandbox used) {
    try {
      if (used.goodFor(QUERIES)) {
        used.clear();
        keep(used);
      } else {
        if (linked() && kept.isEmpty()) {
          keep(fresh());
        }
        used.discard();
      }
    } catch (SQLException | IOException failure) {
      LOG.warn("a DuckDB could not be made ready: {}", failure.toString());
      used.discard();
    }
  }

  private void keep(Sandbox ready) {
    ready.rest(System.nanoTime());
    if (chores.isShutdown() || !kept.offer(ready)) {
      ready.discard();
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
    for (Sandbox left = kept.poll(); left != null; left = kept.poll()) {
      left.discard();
    }
  }
}
