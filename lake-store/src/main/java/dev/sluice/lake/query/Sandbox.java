package dev.sluice.lake.query;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
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
  /** Optimisers that look at rows, which do not matter or are not there when it is only planned. */
  private static final String BY_STATISTICS =
      "statistics_propagation,compressed_materialization,late_materialization";

  /** Rows are handed over while they are made, not when all are there. */
  private static final String STREAMING = "jdbc:duckdb:;jdbc_stream_results=true;";

  private final Connection connection;

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
  List<Demand> forecast(String sql, List<Relation> relations) throws SQLException {
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
    Iterator<Demand> known = forecast.demands("FROM (" + sql + ")").iterator();
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
