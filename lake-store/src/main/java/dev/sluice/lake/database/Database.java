package dev.sluice.lake.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed number of connections. Nothing is repeated whose outcome is not known: a connection is
 * tried before it is used, a transaction is run again only when the database says that it was not
 * made, and a failed commit is {@link DatabaseException.Unknown}.
 *
 * <p>SQLite lets one transaction write at a time and has the others poll for their turn; a fair
 * lock in front of it spares them that.
 */
public final class Database implements AutoCloseable {
  /** What is done on a connection; may be run more than once. */
  public interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private static final int ATTEMPTS = 8;
  private static final int TRIAL_SECONDS = 5;
  private static final long TRIED_NANOS = 500_000_000L;

  private static final class Line {
    private Connection connection;
    private long usedNanos;
  }

  private final DatabaseSettings settings;
  private final Dialect dialect;
  private final BlockingQueue<Line> idle;
  private final ReentrantLock writing = new ReentrantLock(true);

  public Database(DatabaseSettings settings) {
    this.settings = settings;
    this.dialect = Dialect.of(settings.url());
    this.idle = new ArrayBlockingQueue<>(settings.connections());
    for (int i = 0; i < settings.connections(); i++) {
      idle.add(new Line());
    }
  }

  public Dialect dialect() {
    return dialect;
  }

  public <T> T read(Work<T> work) {
    return with(
        connection -> {
          try {
            return work.on(connection);
          } catch (SQLException failure) {
            throw new DatabaseException(failure.getMessage(), failure);
          }
        });
  }

  /** Runs the work in one transaction. */
  public <T> T write(Work<T> work) {
    if (dialect == Dialect.POSTGRES) {
      return with(connection -> transaction(connection, work));
    }
    writing.lock();
    try {
      return with(connection -> transaction(connection, work));
    } finally {
      writing.unlock();
    }
  }

  private <T> T transaction(Connection connection, Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        connection.setAutoCommit(false);
        T result = work.on(connection);
        commit(connection);
        return result;
      } catch (SQLException failure) {
        rollback(connection, failure);
        if (attempt == ATTEMPTS || !dialect.again(failure)) {
          throw new DatabaseException(failure.getMessage(), failure);
        }
      } catch (RuntimeException refusal) {
        rollback(connection, refusal);
        throw refusal;
      }
    }
  }

  private void commit(Connection connection) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException failure) {
      if (dialect.again(failure)) {
        throw failure;
      }
      close(connection, failure);
      throw new DatabaseException.Unknown(failure);
    }
    connection.setAutoCommit(true);
  }

  /** A connection whose transaction cannot be ended is not used again. */
  private static void rollback(Connection connection, Exception because) {
    try {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException broken) {
      because.addSuppressed(broken);
      close(connection, because);
    }
  }

  private static void close(Connection connection, Exception because) {
    try {
      connection.close();
    } catch (SQLException broken) {
      because.addSuppressed(broken);
    }
  }

  private interface Use<T> {
    T of(Connection connection);
  }

  private <T> T with(Use<T> use) {
    Line line;
    try {
      line = idle.take();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a database connection");
    }
    try {
      return use.of(ready(line));
    } finally {
      line.usedNanos = System.nanoTime();
      idle.add(line);
    }
  }

  private Connection ready(Line line) {
    try {
      if (line.connection != null && !sound(line)) {
        line.connection.close();
        line.connection = null;
      }
      if (line.connection == null) {
        line.connection = connect();
      }
      return line.connection;
    } catch (SQLException failure) {
      line.connection = null;
      throw new DatabaseException(
          "the database cannot be reached: " + failure.getMessage(), failure);
    }
  }

  private static boolean sound(Line line) throws SQLException {
    return !line.connection.isClosed()
        && (System.nanoTime() - line.usedNanos < TRIED_NANOS
            || line.connection.isValid(TRIAL_SECONDS));
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    settings.user().ifPresent(user -> properties.setProperty("user", user));
    settings.password().ifPresent(secret -> properties.setProperty("password", secret.value()));
    return DriverManager.getConnection(settings.url(), properties);
  }

  @Override
  public void close() {
    for (Line line : idle) {
      if (line.connection != null) {
        try {
          line.connection.close();
        } catch (SQLException broken) {
          throw new DatabaseException("a database connection did not close", broken);
        }
      }
    }
  }
}
