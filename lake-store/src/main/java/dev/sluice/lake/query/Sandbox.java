package dev.sluice.lake.query;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A DuckDB of one query's own, in memory, with the lake's tables as views. Once locked it opens the
 * files it was given and nothing else, and no statement can change that.
 */
final class Sandbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

  /** Rows are handed over while they are made, not when all are there. */
  private static final String STREAMING = "jdbc:duckdb:;jdbc_stream_results=true;";

  private final Connection connection;
  private final long memory;
  private final List<String> made = new ArrayList<>();
  private boolean settled;
  private Consumer<Statement> watching = statement -> {};
  private Consumer<Sandbox> closing = Sandbox::discard;

  private Sandbox(Connection connection, long memory) {
    this.connection = connection;
    this.memory = memory;
  }

  static Sandbox open(QuerySettings settings) throws SQLException {
    Sandbox sandbox =
        new Sandbox(DriverManager.getConnection(STREAMING), settings.memory().bytes());
    try {
      sandbox.execute("SET autoload_known_extensions=false");
      sandbox.execute("SET autoinstall_known_extensions=false");
      sandbox.execute("SET allow_community_extensions=false");
      sandbox.execute("SET threads=" + settings.threads());
      sandbox.execute("SET temp_directory=''");
      sandbox.limitMemory(settings.memory().bytes());
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
   * @param watch is told of each statement before it runs, to interrupt it
   * @param after takes the sandbox down once the query is done with it
   */
  void begin(QuerySettings bounds, Consumer<Statement> watch, Consumer<Sandbox> after)
      throws SQLException {
    watching = watch;
    closing = after;
    if (bounds.memory().bytes() != memory) {
      limitMemory(bounds.memory().bytes());
    }
    // One transaction, to the end if need be: now() is the same when planned and when run.
    execute("BEGIN TRANSACTION");
  }

  Connection connection() {
    return connection;
  }

  private void limitMemory(long bytes) throws SQLException {
    execute("SET memory_limit='" + bytes + "B'");
  }

  /** A statement that is interrupted when the query is to end. */
  Statement statement() throws SQLException {
    Statement statement = connection.createStatement();
    watching.accept(statement);
    return statement;
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
    make(place.viewSql(query));
  }

  void add(Relation.Derived view) throws SQLException {
    make(view.place().schemaSql());
    make(view.viewSql());
  }

  void addIfAbsent(Place place, String query) throws SQLException {
    make(place.schemaSql());
    make("CREATE VIEW IF NOT EXISTS " + place.quoted() + " AS " + query);
  }

  /** What the query wants of each of what it reads, none of which has been added yet. */
  List<Demand> forecast(String sql, OptionalLong enough, List<Relation> relations)
      throws SQLException {
    execute("SET disabled_optimizers='" + Forecast.BY_STATISTICS + "'");
    Forecast forecast = new Forecast(connection);
    Optional<List<Demand>> demands = forecast.demands(sql, enough, relations);
    forecast.clear(relations);
    execute("RESET disabled_optimizers");
    return demands.orElseGet(() -> IntentReader.everything(relations));
  }

  /** Keeps what was made, whatever fails later; from here on, now() is another. */
  void settle() throws SQLException {
    execute("COMMIT");
    settled = true;
  }

  /**
   * Has what is written be written by the threads that make it. DuckDB 2.0.0 can wait for itself
   * forever when a COPY is interrupted while threads of their own write: the end of the query holds
   * the lock that they need to end.
   */
  void writeAtOnce() throws SQLException {
    execute("SET async_threads=0");
  }

  /** From here on the connection reads {@code files} and can be talked into nothing else. */
  void lock(List<Path> files) throws SQLException {
    execute("SET allowed_paths=" + TableView.list(files));
    execute("SET enable_external_access=false");
    execute("SET lock_configuration=true");
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = statement()) {
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
