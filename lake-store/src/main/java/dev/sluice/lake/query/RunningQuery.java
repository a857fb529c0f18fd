package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A query under way, and what ends it early: its time, its caller, its client's hanging up. A
 * statement is interrupted again and again until it ends: an interruption that comes a moment
 * before it starts has no effect.
 */
final class RunningQuery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningQuery.class);
  private static final long TICK_MILLIS = 100;

  /** Something else to look at while it runs: what it says ends the query. */
  interface Watch {
    Optional<RefusedQueryException> look();
  }

  /** How long its reader has kept it waiting. */
  interface Reader {
    long waitedNanos();
  }

  private final String id;
  private final String caller;
  private final String sql;
  private final Instant since;
  private final long start = System.nanoTime();
  private final Duration timeout;
  private final Duration longest;
  private final Reader reader;
  private final AtomicLong rows = new AtomicLong();
  private final AtomicReference<RefusedQueryException> stopped = new AtomicReference<>();
  private final AtomicReference<Statement> statement = new AtomicReference<>();
  private final List<Watch> watches = new ArrayList<>();
  private final AtomicBoolean interrupting = new AtomicBoolean();
  private final ScheduledExecutorService clock;
  private final Executor interrupts;
  private final ScheduledFuture<?> ticking;
  private final Runnable ended;

  RunningQuery(
      SqlRequest request,
      QuerySettings settings,
      Instant since,
      Reader reader,
      ScheduledExecutorService clock,
      Executor interrupts,
      Runnable ended) {
    this.id = request.id();
    this.caller = request.caller();
    this.sql = request.sql();
    this.since = since;
    this.timeout = request.timeout();
    this.longest = settings.longest();
    this.reader = reader;
    this.clock = clock;
    this.interrupts = interrupts;
    this.ended = ended;
    this.ticking =
        clock.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  String id() {
    return id;
  }

  String caller() {
    return caller;
  }

  String sql() {
    return sql;
  }

  Instant since() {
    return since;
  }

  long elapsedMillis() {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  AtomicLong rows() {
    return rows;
  }

  synchronized void watch(Watch watch) {
    watches.add(watch);
  }

  /** From now on this is what is interrupted. */
  void runs(Statement running) {
    statement.set(running);
  }

  /** Ends the query, for this reason if it is the first; does not block. */
  void stop(Reason reason, String message) {
    stopped.compareAndSet(null, new RefusedQueryException(reason, message));
    clock.execute(this::tick);
  }

  /** Throws why it was stopped, if it was. */
  void check() throws RefusedQueryException {
    RefusedQueryException reason = stopped.get();
    if (reason != null) {
      throw reason;
    }
  }

  private void tick() {
    long elapsed = System.nanoTime() - start;
    if (elapsed - reader.waitedNanos() > timeout.toNanos()) {
      refuse(Reason.TIMED_OUT, "the query took longer than " + timeout.toMillis() + " ms");
    } else if (elapsed > longest.toNanos()) {
      refuse(
          Reason.TIMED_OUT,
          "the answer has not left within " + longest.toMillis() + " ms (sql.longest)");
    }
    synchronized (this) {
      watches.forEach(w -> w.look().ifPresent(why -> stopped.compareAndSet(null, why)));
    }
    Statement running = statement.get();
    if (stopped.get() != null && running != null && interrupting.compareAndSet(false, true)) {
      interrupts.execute(() -> interrupt(running));
    }
  }

  /**
   * Not on the clock's thread: DuckDB takes a lock for it that a statement holds while it is
   * prepared, and other queries' time goes on meanwhile.
   */
  private void interrupt(Statement running) {
    try {
      running.cancel();
    } catch (SQLException | RuntimeException closed) {
      LOG.debug("a statement ended before it was cancelled", closed);
    } finally {
      interrupting.set(false);
    }
  }

  private void refuse(Reason reason, String message) {
    stopped.compareAndSet(null, new RefusedQueryException(reason, message));
  }

  /** Ends it before it began, without a word to anybody. */
  void abandon() {
    ticking.cancel(false);
  }

  @Override
  public void close() {
    statement.set(null);
    abandon();
    ended.run();
  }
}
