package dev.sluice.lake.query;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.List;
import java.util.OptionalLong;

/** The rows of a query, read as DuckDB makes them. */
final class RowSource implements AutoCloseable {
  /** All that the driver says when a query that is streamed fails before its first rows. */
  private static final String NO_WORDS = "Invalid result set";

  private final Statement statement;
  private final ResultSet rows;
  private final List<Column> columns;

  private RowSource(Statement statement, ResultSet rows, List<Column> columns) {
    this.statement = statement;
    this.rows = rows;
    this.columns = columns;
  }

  /** What a query's columns will be. */
  static List<Column> columns(Connection connection, String query) throws SQLException {
    try (PreparedStatement described = connection.prepareStatement("FROM (" + query + ")")) {
      return Column.of(described.getMetaData());
    }
  }

  /**
   * Begins a query.
   *
   * @param ready one that can stand inside another
   */
  static RowSource open(
      Sandbox sandbox,
      Preparation.Ready ready,
      OptionalLong limit,
      long maxBytes,
      RunningQuery running)
      throws SQLException {
    String query = ready.sql();
    List<Column> columns =
        ready.columns().isPresent() ? ready.columns().get() : columns(sandbox.connection(), query);
    String text = new RowsQuery(query, columns, limit, maxBytes).text();
    Statement statement = sandbox.statement();
    try {
      return new RowSource(statement, statement.executeQuery(text), columns);
    } catch (SQLException failure) {
      statement.close();
      throw inWords(sandbox, text, failure, running);
    }
  }

  List<Column> columns() {
    return columns;
  }

  boolean next() throws SQLException {
    while (rows.next()) {
      if (rows.getLong(1) == 0) {
        return true;
      }
    }
    return false;
  }

  Object[] values() throws SQLException {
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(i + 2, columns.get(i).type());
    }
    return values;
  }

  /** A timestamp without a zone is asked for as such: else the JVM's own zone would meddle. */
  private Object value(int column, String type) throws SQLException {
    return switch (type) {
      case "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S" ->
          rows.getObject(column, LocalDateTime.class);
      default -> rows.getObject(column);
    };
  }

  /**
   * The failure in the engine's own words. The driver loses them when a streamed query fails before
   * its first rows, so the query is run once more, for the failure alone.
   */
  private static SQLException inWords(
      Sandbox sandbox, String text, SQLException failure, RunningQuery running) {
    String said = failure.getMessage();
    if (said == null || !said.contains(NO_WORDS)) {
      return failure;
    }
    try {
      running.check();
      sandbox.recover();
    } catch (SQLException lost) {
      return new SQLException("the query failed; ask it without now() to be told why", failure);
    } catch (RefusedQueryException stopped) {
      return failure;
    }
    try (Statement again = sandbox.statement()) {
      running.check();
      again.execute("EXPLAIN ANALYZE " + text);
      return new SQLException("the query failed, and did not fail again; ask once more", failure);
    } catch (SQLException clearer) {
      return clearer;
    } catch (RefusedQueryException stopped) {
      return failure;
    }
  }

  @Override
  public void close() throws SQLException {
    try {
      rows.close();
    } finally {
      statement.close();
    }
  }
}
