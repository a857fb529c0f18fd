package dev.sluice.lake.query;

import java.io.IOException;
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
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A DuckDB in memory, with the lake's tables as views, that one query at a time has. It opens the
 * files it was given and nothing else, and no statement can change that: either those that it was
 * locked to, once and for all, or those that stand in its enclosure, which are others for the next
 * query. To open one costs as much as a small query, so the second kind is kept for many, and with
 * it, in its memory, what it has read of files; a query finds nothing there of those before it,
 * neither what they made nor a file of theirs.
 */
final class Sandbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

  /** Rows are handed over while they are made, not when all are there. */
  private static final String STREAMING = "jdbc:duckdb:;jdbc_stream_results=true;";

  private final DuckDBConnection root;
  private final Optional<Enclosure> enclosure;
  private final List<String> made = new ArrayList<>();
  private Connection connection;
  private long memory;
  private boolean settled;
  private boolean sound;
  private int served;
  private long restingSince;
  private Consumer<Statement> watching = statement -> {};
  private Consumer<Sandbox> closing = Sandbox::discard;

  private Sandbox(DuckDBConnection root, long memory, Optional<Enclosure> enclosure) {
    this.root = root;
    this.connection = root;
    this.memory = memory;
    this.enclosure = enclosure;
  }

  /** One that reaches what it is locked to, for one query. */
  static Sandbox forOne(QuerySettings settings) throws SQLException {
    return open(settings, Optional.empty());
  }

  /** One that reaches what is admitted to its enclosure, for many queries. */
  static Sandbox forMany(QuerySettings settings, Enclosure enclosure) throws SQLException {
    return open(settings, Optional.of(enclosure));
  }

  private static Sandbox open(QuerySettings settings, Optional<Enclosure> enclosure)
      throws SQLException {
    long memory = settings.memory().bytes();
    DuckDBConnection root = DriverManager.getConnection(STREAMING).unwrap(DuckDBConnection.class);
    Sandbox sandbox = new Sandbox(root, memory, enclosure);
    try {
      sandbox.execute("SET autoload_known_extensions=false");
      sandbox.execute("SET autoinstall_known_extensions=false");
      sandbox.execute("SET allow_community_extensions=false");
      sandbox.execute("SET threads=" + settings.threads());
      sandbox.execute("SET temp_directory=''");
      sandbox.execute("SET memory_limit='" + memory + "B'");
      sandbox.execute("SET GLOBAL TimeZone='UTC'");
      // For one query there is nothing to remember of files.
      sandbox.execute("SET enable_external_file_cache=" + enclosure.isPresent());
      if (enclosure.isPresent()) {
        String place = enclosure.get().directory().toString();
        sandbox.execute("SET allowed_directories=[" + SqlText.literal(place) + "]");
        sandbox.execute("SET enable_external_access=false");
      }
      sandbox.connect();
    } catch (SQLException failure) {
      sandbox.discard();
      throw failure;
    }
    return sandbox;
  }

  /** A connection for each query: what may still interrupt one that ended hits nobody else. */
  private void connect() throws SQLException {
    execute("ATTACH ':memory:' AS lake");
    connection = root.duplicate();
    execute("USE lake");
  }

  /**
   * Begins a query in its own bounds.
   *
   * @param watch is told of each statement before it runs, to interrupt it
   * @param after takes the sandbox back once the query is done with it
   */
  void begin(QuerySettings bounds, Consumer<Statement> watch, Consumer<Sandbox> after)
      throws SQLException {
    watching = watch;
    closing = after;
    settled = false;
    sound = false;
    served++;
    if (bounds.memory().bytes() != memory) {
      memory = bounds.memory().bytes();
      execute("SET memory_limit='" + memory + "B'");
    }
    // One transaction, to the end if need be: now() is the same when planned and when run.
    execute("BEGIN TRANSACTION");
  }

  /** The query has had its answer. One that has not may leave behind what nobody knows. */
  void succeeded() {
    sound = true;
  }

  /** Whether another query may have it, and how many had it already. */
  boolean goodFor(int queries) {
    return enclosure.isPresent() && sound && served < queries;
  }

  /** Forgets a query that had its answer. */
  void clear() throws SQLException, IOException {
    watching = statement -> {};
    closing = Sandbox::discard;
    made.clear();
    connection.close();
    connection = root;
    execute("DETACH lake");
    if (enclosure.isPresent()) {
      enclosure.get().clear();
    }
    connect();
  }

  /** It waits for a query from now on. */
  void rest(long nanos) {
    restingSince = nanos;
  }

  boolean restedFor(long patienceNanos, long nanos) {
    return nanos - restingSince > patienceNanos;
  }

  Connection connection() {
    return connection;
  }

  /** Where the query finds the files that it is to read. */
  List<Path> admit(List<Path> files) throws UnlinkedException {
    return enclosure.isPresent() ? enclosure.get().admit(files) : files;
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
    if (enclosure.isPresent()) {
      return;
    }
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
      root.close();
      if (enclosure.isPresent()) {
        enclosure.get().remove();
      }
    } catch (SQLException | IOException failure) {
      LOG.warn("a DuckDB could not be closed: {}", failure.toString());
    }
  }
}
