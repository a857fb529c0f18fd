package dev.sluice.lake.query;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A DuckDB of one query's own, in memory, with the lake's tables as views. Once locked it opens the
 * files it was given and nothing else, and no statement can change that.
 */
final class Sandbox implements AutoCloseable {
  /** Optimisers that look at rows, which do not matter or are not there when it is only planned. */
  private static final String BY_STATISTICS =
      "statistics_propagation,compressed_materialization,late_materialization";

  /** Rows are handed over while they are made, not when all are there. */
  private static final String STREAMING = "jdbc:duckdb:;jdbc_stream_results=true;";

  private final Connection connection;
  private final List<String> made = new ArrayList<>();

  private Sandbox(Connection connection) {
    this.connection = connection;
  }

  static Sandbox open(QuerySettings settings) throws SQLException {
    Sandbox sandbox = new Sandbox(DriverManager.getConnection(STREAMING));
    try {
      sandbox.execute("SET autoload_known_extensions=false");
      sandbox.execute("SET autoinstall_known_extensions=false");
      sandbox.execute("SET allow_community_extensions=false");
      sandbox.execute("SET threads=" + settings.threads());
      sandbox.execute("SET memory_limit='" + settings.memory().bytes() + "B'");
      sandbox.execute("SET temp_directory=''");
      sandbox.execute("SET GLOBAL TimeZone='UTC'");
      sandbox.execute("ATTACH ':memory:' AS lake");
      sandbox.execute("USE lake");
      // One transaction to the end, so that now() is the same when it is planned and when it runs.
      sandbox.execute("BEGIN TRANSACTION");
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
    make(TableView.schemaOf(table.identifier()));
    make(TableView.create(table.identifier(), table.schema(), files));
  }

  private void make(String sql) throws SQLException {
    execute(sql);
    made.add(sql);
  }

  /** A failure has ended the transaction, and with it the views: makes them again. */
  void recover() throws SQLException {
    execute("ROLLBACK");
    for (String sql : made) {
      execute(sql);
    }
  }

  /** What the query wants of each of the tables, none of which has been added yet. */
  List<Demand> forecast(String sql, List<PlannedTable> tables) throws SQLException {
    if (tables.isEmpty()) {
      return List.of();
    }
    execute("SET disabled_optimizers='" + BY_STATISTICS + "'");
    Forecast forecast = new Forecast(connection);
    for (PlannedTable table : tables) {
      execute(TableView.schemaOf(table.identifier()));
      execute(TableView.named(table.identifier()) + forecast.standIn(table.schema()));
    }
    List<Demand> demands = forecast.demands("FROM (" + rewritten(sql) + ")");
    for (PlannedTable table : tables) {
      execute(TableView.drop(table.identifier()));
    }
    forecast.clear();
    execute("RESET disabled_optimizers");
    return demands;
  }

  /** From here on the connection reads {@code files} and can be talked into nothing else. */
  void lock(List<Path> files) throws SQLException {
    execute("SET allowed_paths=" + TableView.list(files));
    execute("SET enable_external_access=false");
    execute("SET lock_configuration=true");
  }

  /** The query without comments and semicolons, so that it can stand inside another. */
  String rewritten(String sql) throws SQLException {
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
    connection.close();
  }
}
