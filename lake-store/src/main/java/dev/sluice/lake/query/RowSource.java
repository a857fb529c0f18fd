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
   * @param query one that can stand inside another
   */
  static RowSource open(
      Sandbox sandbox, String query, OptionalLong limit, long maxBytes, RunningQuery running)
      throws SQLException {
    List<Column> columns = columns(sandbox.connection(), query);
    String text = new RowsQuery(query, columns, limit, maxBytes).text();
    Statement statement = sandbox.connection().createStatement();
    try {
      running.runs(statement);
      return new RowSource(statement, statement.executeQuery(text), columns);
    } catch (SQLException failure) {
      statement.close();
      throw failure;
    }
  }

  /** Runs a query to its failure, whose words come when its rows are not wanted. */
  static void fail(
      Sandbox sandbox, String query, OptionalLong limit, long maxBytes, RunningQuery running)
      throws SQLException {
    String text =
        new RowsQuery(query, columns(sandbox.connection(), query), limit, maxBytes).text();
    try (Statement statement = sandbox.connection().createStatement()) {
      running.runs(statement);
      statement.execute("EXPLAIN ANALYZE " + text);
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

  /** Whether the driver lost what the engine said. */
  static boolean lostItsWords(SQLException failure) {
    return failure.getMessage() != null && failure.getMessage().contains(NO_WORDS);
  }

  @Override
  public void close() throws SQLException {
    try (Statement closing = statement) {
      rows.close();
    }
  }
}
