package dev.sluice.lake.query;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A DuckDB that plans queries over empty tables and runs none. It is locked before it sees the
 * first: it has no data, opens no file, reaches no network and loads nothing, so that planning can
 * be talked into nothing either. What it makes for a query lies in a transaction that is never
 * committed; so it can serve one query after the other.
 */
final class Planner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Planner.class);

  private final Connection connection;
  private final Syntax syntax;

  private Planner(Connection connection, Syntax syntax) {
    this.connection = connection;
    this.syntax = syntax;
  }

  static Planner open(QuerySettings settings, KnownTexts known) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:duckdb:");
    try {
      for (String setting :
          List.of(
              "SET autoload_known_extensions=false",
              "SET autoinstall_known_extensions=false",
              "SET allow_community_extensions=false",
              "SET threads=1",
              "SET temp_directory=''",
              "SET memory_limit='" + settings.memory().bytes() + "B'",
              "SET GLOBAL TimeZone='UTC'",
              "SET disabled_optimizers='" + Forecast.BY_STATISTICS + "'",
              "ATTACH ':memory:' AS lake",
              "USE lake",
              "SET enable_external_access=false",
              "SET lock_configuration=true")) {
        execute(connection, setting);
      }
      return new Planner(connection, new Syntax(connection, known));
    } catch (SQLException failure) {
      connection.close();
      throw failure;
    }
  }

  Syntax syntax() {
    return syntax;
  }

  /**
   * What planning tells of a query.
   *
   * @param demands of each relation; nothing where the query cannot be planned
   * @param columns of its answer
   */
  record Outlook(Optional<List<Demand>> demands, Optional<List<Column>> columns) {
    Outlook {
      demands = demands.map(List::copyOf);
      columns = columns.map(List::copyOf);
    }

    /** Whether there is nothing about the query that planning could not tell. */
    boolean isWhole() {
      return demands.isPresent() && columns.isPresent();
    }
  }

  /**
   * Plans a query over empty tables that stand where its relations will, and forgets them. Fails
   * where it could not forget them: then it is of no more use.
   */
  Outlook outlook(String sql, OptionalLong enough, List<Relation> relations) throws SQLException {
    execute(connection, "BEGIN TRANSACTION");
    try {
      return seen(sql, enough, relations);
    } finally {
      execute(connection, "ROLLBACK");
    }
  }

  private Outlook seen(String sql, OptionalLong enough, List<Relation> relations) {
    Forecast forecast = new Forecast(connection);
    Optional<List<Demand>> demands = Optional.empty();
    try {
      demands = forecast.demands(sql, enough, relations);
      return new Outlook(demands, Optional.of(RowSource.columns(connection, sql)));
    } catch (SQLException unplanned) {
      // Whatever is wrong with it is said in better words when it runs.
      LOG.debug("a query could not be planned ahead: {}", unplanned.toString());
      return new Outlook(demands, Optional.empty());
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException failure) {
      LOG.warn("a DuckDB could not be closed: {}", failure.toString());
    }
  }
}
