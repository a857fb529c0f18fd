package dev.sluice.lake.query;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.duckdb.DuckDBConnection;

/**
 * A DuckDB of one query's own, in memory, with the lake's tables as views. Once locked it opens the
 * files it was given and nothing else, and no statement can change that.
 */
final class Sandbox implements AutoCloseable {
  private static final String ERROR_LOST = "Invalid result set";
  private static final int AGAIN_SECONDS = 10;

  private final Connection connection;
  private final Connection again;

  /** Two connections to one database: the first streams its results, the second does not. */
  private Sandbox(Connection connection, Connection again) {
    this.connection = connection;
    this.again = again;
  }

  static Sandbox open(QuerySettings settings) throws SQLException {
    DuckDBConnection first =
        DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
    Sandbox sandbox = new Sandbox(first, first.duplicate());
    try {
      sandbox.execute("SET SESSION jdbc_stream_results=true");
      sandbox.execute("SET autoload_known_extensions=false");
      sandbox.execute("SET autoinstall_known_extensions=false");
      sandbox.execute("SET allow_community_extensions=false");
      sandbox.execute("SET threads=" + settings.threads());
      sandbox.execute("SET memory_limit='" + settings.memory().bytes() + "B'");
      sandbox.execute("SET temp_directory=''");
      sandbox.execute("SET GLOBAL TimeZone='UTC'");
      sandbox.execute("ATTACH ':memory:' AS lake");
      sandbox.execute("USE lake");
    } catch (SQLException failure) {
      sandbox.close();
      throw failure;
    }
    return sandbox;
  }

  Connection connection() {
    return connection;
  }

  void add(PlannedTable table, List<Path> files) throws SQLException {
    execute(TableView.schemaOf(table.identifier()));
    execute(TableView.create(table.identifier(), table.schema(), files));
  }

  /** From here on the connection reads {@code files} and can be talked into nothing else. */
  void lock(List<Path> files) throws SQLException {
    execute("SET allowed_paths=" + TableView.list(files));
    execute("SET enable_external_access=false");
    execute("SET lock_configuration=true");
  }

  /**
   * What failed a query whose rows were streamed. The driver loses an error that comes while rows
   * stream, so the query is run again for its error alone, not streamed and bounded in rows.
   */
  SQLException why(String sql, SQLException failure, int rowLimit) {
    if (failure.getMessage() == null || !failure.getMessage().contains(ERROR_LOST)) {
      return failure;
    }
    try (Statement statement = again.createStatement()) {
      statement.setQueryTimeout(AGAIN_SECONDS);
      statement.execute("USE lake");
      statement.execute("SELECT * FROM (" + rewritten(again, sql) + ") LIMIT " + rowLimit);
      return new SQLException("the query failed while its rows were read");
    } catch (SQLException found) {
      return found;
    }
  }

  /** The query without comments and semicolons, so that it can stand inside another. */
  private static String rewritten(Connection connection, String sql) throws SQLException {
    try (PreparedStatement rewriting =
        connection.prepareStatement("SELECT json_deserialize_sql(json_serialize_sql(?))")) {
      rewriting.setString(1, sql);
      try (ResultSet text = rewriting.executeQuery()) {
        text.next();
        return text.getString(1);
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    try (again) {
      connection.close();
    }
  }
}
