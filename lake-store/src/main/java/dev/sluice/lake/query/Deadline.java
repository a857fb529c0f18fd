package dev.sluice.lake.query;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels a statement when its time is up, and again until it is closed: a cancellation that comes
 * a moment before the statement starts has no effect.
 */
final class Deadline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deadline.class);
  private static final long AGAIN_MILLIS = 250;

  private final AtomicBoolean passed = new AtomicBoolean();
  private final ScheduledFuture<?> alarm;

  Deadline(ScheduledExecutorService clock, Statement statement, Duration left) {
    this.alarm =
        clock.scheduleAtFixedRate(
            () -> cancel(statement),
            Math.max(0, left.toMillis()),
            AGAIN_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  boolean passed() {
    return passed.get();
  }

  private void cancel(Statement statement) {
    passed.set(true);
    try {
      statement.cancel();
    } catch (SQLException closed) {
      LOG.debug("a statement ended before it was cancelled", closed);
    }
  }

  @Override
  public void close() {
    alarm.cancel(false);
  }
}
