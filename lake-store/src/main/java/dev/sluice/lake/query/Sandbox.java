package dev.sluice.lake.query;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A DuckDB of one query's own, in memory, with the lake's tables as views. Once locked it opens the
 * files it was given and nothing else, and no statement can change that.
 */
final class Sandbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

  /** Optimisers that look at rows, which do not matter or are not there when it is only planned. */
  private static final String BY_STATISTICS =
      "statistics_propagation,compressed_materialization,late_materialization";

  /** Rows are handed over while they are made, not when all are there. */
  private static final String STREAMING = "jdbc:duckdb:;jdbc_stream_results=true;";

  private final Connection connection;
  private final List<String> made = new ArrayList<>();
  private boolean settled;
  private Consumer<Sandbox> closing = Sandbox::discard;

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
      sandbox.execute("SET temp_directory=''");
      sandbox.execute("SET GLOBAL TimeZone='UTC'");
      sandbox.execute("ATTACH ':memory:' AS lake");
      sandbox.execute("USE lake");
    } catch (SQLException failure) {
      sandbox.discard();
      throw failure;
    }
    return sandbox;
  }

  /**
   * Begins a query in its own bounds.
   *
   * @param after takes the sandbox down once the query is done with it
   */
  void begin(QuerySettings bounds, Consumer<Sandbox> after) throws SQLException {
    closing = after;
    execute("SET memory_limit='" + bounds.memory().bytes() + "B'");
    // One transaction, to the end if need be: now() is the same when planned and when run.
    execute("BEGIN TRANSACTION");
  }

  Connection connection() {
    return connection;
  }

  private void make(String sql) throws SQLException {
    execute(sql);
    made.add(sql);
  }

  /** A failure has ended the transaction, and with it the views: makes them again. */
  void recover() throws SQLException {
    if (settled) {
      return;
    }
    execute("ROLLBACK");
    for (String sql : made) {
      execute(sql);
    }
  }

  /** Makes a view, or makes it anew. */
  void add(Place place, String query) throws SQLException {
    make(place.schemaSql());
    make("CREATE OR REPLACE VIEW " + place.quoted() + " AS " + query);
  }

  void add(Relation.Derived view) throws SQLException {
    String columns =
        view.columns().stream().map(SqlText::name).collect(Collectors.joining(", ", "(", ")"));
    make(view.place().schemaSql());
    make("CREATE OR REPLACE VIEW " + view.place().quoted() + columns + " AS " + view.text());
  }

  void addIfAbsent(Place place, String query) throws SQLException {
    make(place.schemaSql());
    make("CREATE VIEW IF NOT EXISTS " + place.quoted() + " AS " + query);
  }

  /** What the query wants of each of what it reads, none of which has been added yet. */
  List<Demand> forecast(String sql, OptionalLong enough, List<Relation> relations)
      throws SQLException {
    if (relations.isEmpty()) {
      return List.of();
    }
    execute("SET disabled_optimizers='" + BY_STATISTICS + "'");
    int before = made.size();
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
    Iterator<Demand> known = forecast.demands(limited(sql, enough)).iterator();
    List<Demand> demands = new ArrayList<>();
    for (Relation relation : relations) {
      boolean derived = relation instanceof Relation.Derived;
      demands.add(derived ? Demand.NOTHING : known.next());
      execute("DROP VIEW " + relation.place().quoted());
    }
    forecast.clear();
    execute("RESET disabled_optimizers");
    made.subList(before, made.size()).clear();
    return demands;
  }

  private static String limited(String query, OptionalLong enough) {
    return "FROM (" + query + ")" + (enough.isPresent() ? " LIMIT " + enough.getAsLong() : "");
  }

  /** Keeps what was made, whatever fails later; from here on, now() is another. */
  void settle() throws SQLException {
    execute("COMMIT");
    settled = true;
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
  public void close() {
    closing.accept(this);
  }

  /** Takes it down, with all that is in it. */
  void discard() {
    try {
      connection.close();
    } catch (SQLException failure) {
      LOG.warn("a DuckDB could not be closed: {}", failure.toString());
    }
  }
}
