package dev.sluice.lake.query;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * A DuckDB of one query's own, in memory, with the lake's tables as views. Once locked it opens the
 * files it was given and nothing else, and no statement can change that.
 */
final class Sandbox implements AutoCloseable {
  private final Connection connection;

  private Sandbox(Connection connection) {
    this.connection = connection;
  }

  static Sandbox open(QuerySettings settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    properties.setProperty("threads", Integer.toString(settings.threads()));
    properties.setProperty("memory_limit", settings.memory().bytes() + "B");
    properties.setProperty("temp_directory", "");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("allow_community_extensions", "false");
    Sandbox sandbox = new Sandbox(DriverManager.getConnection("jdbc:duckdb:", properties));
    try {
      sandbox.execute("SET TimeZone='UTC'");
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

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
