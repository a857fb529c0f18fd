package dev.sluice.lake.query;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A DuckDB of one query's own, in memory, with the lake's tables as views. Once locked it opens the
 * files it was given and nothing else, and no statement can change that.
 */
final class Sandbox implements AutoCloseable {
  /** The rows of an answer with how long they are together, each and all before it. */
  private static final String SIZES =
      "SELECT rowid, sum(strlen(CAST(answer AS VARCHAR))) OVER (ORDER BY rowid) AS bytes FROM answer";

  /** Optimisers that look at rows, which do not matter or are not there when it is only planned. */
  private static final String BY_STATISTICS =
      "statistics_propagation,compressed_materialization,late_materialization";

  /**
   * How much of an answer there is.
   *
   * @param rows all of them, one more than asked for at most
   * @param fitting those that together are short enough
   */
  record Extent(long rows, long fitting) {}

  private final Connection connection;

  private Sandbox(Connection connection) {
    this.connection = connection;
  }

  static Sandbox open(QuerySettings settings) throws SQLException {
    Sandbox sandbox = new Sandbox(DriverManager.getConnection("jdbc:duckdb:"));
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

  /** Makes a view, or makes it anew. */
  void add(Place place, String query) throws SQLException {
    execute(place.schemaSql());
    execute("CREATE OR REPLACE VIEW " + place.quoted() + " AS " + query);
  }

  void add(Relation.Derived view) throws SQLException {
    String columns =
        view.columns().stream().map(SqlText::name).collect(Collectors.joining(", ", "(", ")"));
    execute(view.place().schemaSql());
    execute("CREATE OR REPLACE VIEW " + view.place().quoted() + columns + " AS " + view.text());
  }

  void addIfAbsent(Place place, String query) throws SQLException {
    execute(place.schemaSql());
    execute("CREATE VIEW IF NOT EXISTS " + place.quoted() + " AS " + query);
  }

  /** What the query wants of each of what it reads, none of which has been added yet. */
  List<Demand> forecast(String sql, int rowLimit, List<Relation> relations) throws SQLException {
    if (relations.isEmpty()) {
      return List.of();
    }
    execute("SET disabled_optimizers='" + BY_STATISTICS + "'");
    Forecast forecast = new Forecast(connection);
    for (Relation relation : relations) {
      if (relation instanceof Relation.TableState state) {
        add(state.place(), forecast.standIn(state.schema()));
      } else if (relation instanceof Relation.Listed listed) {
        add(listed.place(), forecast.standIn(ListedRows.readable(listed.schema())));
      } else if (relation instanceof Relation.Derived derived) {
        add(derived);
      }
    }
    Iterator<Demand> known = forecast.demands(limited(sql, rowLimit)).iterator();
    List<Demand> demands = new ArrayList<>();
    for (Relation relation : relations) {
      boolean derived = relation instanceof Relation.Derived;
      demands.add(derived ? Demand.NOTHING : known.next());
      execute("DROP VIEW " + relation.place().quoted());
    }
    forecast.clear();
    execute("RESET disabled_optimizers");
    return demands;
  }

  private static String limited(String query, int rowLimit) {
    return "FROM (" + query + ") LIMIT " + (rowLimit + 1L);
  }

  /** From here on the connection reads {@code files} and can be talked into nothing else. */
  void lock(List<Path> files) throws SQLException {
    execute("SET allowed_paths=" + TableView.list(files));
    execute("SET enable_external_access=false");
    execute("SET lock_configuration=true");
  }

  /**
   * Makes the query's answer a table of its own, of {@code rowLimit} rows and one more at most, and
   * measures it. What is too large for the engine's memory fails here, inside the engine; read
   * straight into the JVM, a single huge value would end the process.
   */
  Extent answer(Statement statement, String sql, int rowLimit, long byteLimit) throws SQLException {
    statement.execute("CREATE TEMP TABLE answer AS " + limited(sql, rowLimit));
    // Rows get their numbers, from 0, when they are committed.
    statement.execute("COMMIT");
    try (ResultSet sizes =
        statement.executeQuery(
            "SELECT count(*), count(*) FILTER (bytes <= " + byteLimit + ") FROM (" + SIZES + ")")) {
      sizes.next();
      return new Extent(sizes.getLong(1), sizes.getLong(2));
    }
  }

  /** The first rows of the answer, in its order: a table made at once counts its rows from 0. */
  static String firstRows(long rows) {
    return "SELECT * FROM answer WHERE rowid < " + rows;
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
