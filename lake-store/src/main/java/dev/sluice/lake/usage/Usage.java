package dev.sluice.lake.usage;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.Statements;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the use of tables. One thread writes; whoever tells of a use never waits for it. */
public final class Usage implements AutoCloseable {
  /** How many days count for how much a table is used. */
  static final int RECENT_DAYS = 30;

  private static final Logger LOG = LoggerFactory.getLogger(Usage.class);
  private static final int AT_ONCE = 1000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Database database;
  private final UsageSettings settings;
  private final Supplier<List<String>> namespaces;
  private final InstantSource clock;
  private final BlockingQueue<Use> pending;
  private final Counter uncounted;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread writer;
  private volatile Map<String, Long> recent = Map.of();
  private String swept = "";

  private Usage(
      Database database,
      UsageSettings settings,
      Supplier<List<String>> namespaces,
      MeterRegistry registry,
      InstantSource clock) {
    this.database = database;
    this.settings = settings;
    this.namespaces = namespaces;
    this.clock = clock;
    this.pending = new ArrayBlockingQueue<>(settings.pending());
    this.uncounted =
        Counter.builder("sluice.usage.uncounted")
            .description("uses of tables that were not counted, for too many waited")
            .register(registry);
    this.writer = new Thread(this::write, "usage");
    writer.setDaemon(true);
  }

  /**
   * What is known of use, added to from now on.
   *
   * @param database shared with others, and closed by whoever opened it, after this
   * @param namespaces all there are, by which names in queries are known
   */
  public static Usage open(
      Database database,
      UsageSettings settings,
      Supplier<List<String>> namespaces,
      MeterRegistry registry,
      InstantSource clock) {
    UsageTables.prepare(database);
    Usage usage = new Usage(database, settings, namespaces, registry, clock);
    usage.recent = database.read(usage::sums);
    usage.writer.start();
    return usage;
  }

  /** Tells of a use; returns at once. */
  public void note(Use use) {
    if (!use.tables().isEmpty() && !pending.offer(use)) {
      uncounted.increment();
    }
  }

  /**
   * How much a table was used in the last 30 days: its queries, and for each day those who loaded
   * it; from memory. A writer that loads a table for every commit counts once a day.
   */
  public long uses(String namespace, String name) {
    return recent.getOrDefault(new Use.OfTable(namespace, name, List.of()).key(), 0L);
  }

  /**
   * What is known of a table's use, what was told of just now included.
   *
   * @param limit users, queries and columns at most
   */
  public TableUse of(String namespace, String name, int days, int limit, TableUse.Reader reader) {
    flush();
    String key = new Use.OfTable(namespace, name, List.of()).key();
    return database.read(connection -> TableUse.read(connection, key, since(days), limit, reader));
  }

  /** The tables most used, those left out that whoever asks may not read. */
  List<TableUse.Line> most(int days, int limit, TableUse.Reader reader) {
    flush();
    return database.read(connection -> TableUse.most(connection, since(days), limit, reader));
  }

  private String since(int days) {
    return day(clock.instant().minus(Duration.ofDays(days - 1L)));
  }

  /** A table has another name now; may be told twice. */
  public void renamed(String namespace, String name, String toNamespace, String toName) {
    flush();
    String from = new Use.OfTable(namespace, name, List.of()).key();
    String to = new Use.OfTable(toNamespace, toName, List.of()).key();
    database.write(
        connection -> {
          UsageRenaming.apply(connection, from, to);
          return true;
        });
    recent = database.read(this::sums);
  }

  private void write() {
    try {
      while (!stopping.await(settings.flush().toMillis(), TimeUnit.MILLISECONDS)) {
        flush();
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes all that waits; when it returns, nothing is under way elsewhere. */
  private synchronized void flush() {
    List<Use> some = new ArrayList<>();
    while (pending.drainTo(some, AT_ONCE) > 0) {
      store(some);
      some.clear();
    }
  }

  /** What cannot be written is not tried again: to count is not worth to fill the memory. */
  private void store(List<Use> uses) {
    try {
      Batch batch = new Batch(settings, uses, namespaces);
      database.write(
          connection -> {
            batch.write(connection);
            sweep(connection);
            return true;
          });
      recent = database.read(this::sums);
    } catch (RuntimeException failure) {
      uncounted.increment(uses.size());
      LOG.warn("{} uses of tables could not be counted", uses.size(), failure);
    }
  }

  private void sweep(Connection connection) throws SQLException {
    Instant now = clock.instant();
    if (!day(now).equals(swept)) {
      Instant since = now.minus(settings.age());
      long millis = since.toEpochMilli();
      Statements.run(connection, "DELETE FROM sluice_usage_days WHERE day < ?", day(since));
      Statements.run(connection, "DELETE FROM sluice_usage_queries WHERE last < ?", millis);
      Statements.run(connection, "DELETE FROM sluice_usage_columns WHERE last < ?", millis);
      swept = day(now);
    }
  }

  private Map<String, Long> sums(Connection connection) throws SQLException {
    Map<String, Long> sums = new HashMap<>();
    Statements.list(
        connection,
        "SELECT table_key, SUM(queries) + SUM(CASE WHEN loads > 0 THEN 1 ELSE 0 END)"
            + " FROM sluice_usage_days WHERE day >= ? GROUP BY table_key",
        row -> sums.put(row.getString(1), row.getLong(2)),
        since(RECENT_DAYS));
    return Map.copyOf(sums);
  }

  private static String day(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC).toString();
  }

  /** Ends the thread and writes what waits. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      writer.join(PATIENCE.toMillis());
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
    flush();
  }
}
