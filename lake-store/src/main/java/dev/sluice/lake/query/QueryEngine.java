package dev.sluice.lake.query;

import dev.sluice.lake.query.Preparation.Ready;
import dev.sluice.lake.query.QueryOutcome.Answered;
import dev.sluice.lake.query.QueryOutcome.Reason;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.ViewCatalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one query at a time on the thread that asks. The order is what keeps it honest: parse,
 * find the tables, plan their files, hold those in place, make views over them, lock the engine,
 * and only then run what was sent.
 */
public final class QueryEngine {
  private static final Logger LOG = LoggerFactory.getLogger(QueryEngine.class);

  private final QuerySettings settings;
  private final Function<ReadRights, TableFinder> finders;
  private final ReadRights rights;
  private final Optional<ObjectInventory> inventory;
  private final FileLocator locator;
  private final MeterRegistry registry;
  private final DistributionSummary files;
  private final DistributionSummary skipped;
  private final FieldIds fieldIds;
  private final ScheduledThreadPoolExecutor clock;

  /**
   * The same catalog, seen as tables, as views and as namespaces.
   *
   * @param inventory of the store's objects, where the store is ours
   */
  public <C extends Catalog & SupportsNamespaces> QueryEngine(
      QuerySettings settings,
      C catalog,
      ViewCatalog views,
      FileLocator locator,
      Optional<ObjectInventory> inventory,
      MeterRegistry registry) {
    this.settings = settings;
    this.finders = rights -> new TableFinder(catalog, catalog, views, settings.maxTables(), rights);
    this.rights = ReadRights.EVERYTHING;
    this.inventory = inventory;
    this.fieldIds = new FieldIds();
    this.locator = locator;
    this.registry = registry;
    this.files =
        DistributionSummary.builder("sluice.sql.files")
            .description("data files planned for a query")
            .register(registry);
    this.skipped =
        DistributionSummary.builder("sluice.sql.files.skipped")
            .description("data files of a query's tables that it did not need")
            .register(registry);
    this.clock =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "sql-deadlines");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
  }

  private QueryEngine(QueryEngine whole, ReadRights rights) {
    this.settings = whole.settings;
    this.finders = whole.finders;
    this.rights = rights;
    this.inventory = whole.inventory;
    this.fieldIds = whole.fieldIds;
    this.locator = whole.locator;
    this.registry = whole.registry;
    this.files = whole.files;
    this.skipped = whole.skipped;
    this.clock = whole.clock;
  }

  /** The same engine to one who may not read all there is. */
  public QueryEngine seenBy(ReadRights reader) {
    return new QueryEngine(this, reader);
  }

  /** Answers a query, or says why not. */
  public QueryOutcome run(String sql) {
    long start = System.nanoTime();
    QueryOutcome outcome;
    try {
      outcome = answer(sql, start);
    } catch (RefusedQueryException refused) {
      outcome = refused.outcome();
    } catch (UnsupportedOperationException unsupported) {
      outcome = new QueryOutcome.Refused(Reason.UNSUPPORTED, unsupported.getMessage());
    } catch (SQLException failure) {
      outcome = new QueryOutcome.Refused(Reason.SQL_ERROR, EngineMessage.of(failure));
    } catch (IOException | RuntimeException failure) {
      LOG.warn("a query could not be answered", failure);
      outcome =
          new QueryOutcome.Refused(
              Reason.UNREADABLE, "the lake cannot be read: " + failure.getMessage());
    }
    count(outcome, start);
    return outcome;
  }

  private QueryOutcome answer(String sql, long start)
      throws RefusedQueryException, SQLException, IOException {
    if (sql.length() > settings.maxSql().bytes()) {
      throw new RefusedQueryException(
          Reason.NOT_ALLOWED,
          "the query is longer than " + settings.maxSql().bytes() + " characters (sql.max-sql)");
    }
    try (Sandbox sandbox = Sandbox.open(settings);
        HeldFiles held = new HeldFiles(locator)) {
      Ready ready =
          new Preparation(settings, finders.apply(rights), inventory, fieldIds, held)
              .prepare(sandbox, sql, settings.rowLimit());
      sandbox.lock(ready.paths());
      files.record(ready.filesRead());
      skipped.record(ready.filesSkipped());
      return new Answered(execute(sandbox, ready, start));
    }
  }

  private String execute(Sandbox sandbox, Ready ready, long start)
      throws SQLException, IOException, RefusedQueryException {
    Duration left = settings.timeout().minusNanos(System.nanoTime() - start);
    try (Statement statement = sandbox.connection().createStatement();
        Deadline deadline = new Deadline(clock, statement, left)) {
      try {
        return rows(sandbox, statement, ready, start);
      } catch (SQLException failure) {
        if (deadline.passed()) {
          throw new RefusedQueryException(
              Reason.TIMED_OUT,
              "the query took longer than " + settings.timeout().toMillis() + " ms (sql.timeout)");
        }
        throw failure;
      }
    }
  }

  private String rows(Sandbox sandbox, Statement statement, Ready ready, long start)
      throws SQLException, IOException, RefusedQueryException {
    long byteLimit = settings.maxAnswer().bytes();
    Sandbox.Extent extent = sandbox.answer(statement, ready.sql(), settings.rowLimit(), byteLimit);
    if (extent.rows() > 0 && extent.fitting() == 0) {
      throw new RefusedQueryException(
          Reason.NOT_ALLOWED,
          "a row is longer than " + byteLimit + " bytes (sql.max-answer); shorten its values");
    }
    long taken = Math.min(extent.fitting(), settings.rowLimit());
    try (ResultSet rows = statement.executeQuery(Sandbox.firstRows(taken))) {
      return new RowsJson(byteLimit)
          .write(rows, extent.rows() - taken, ready.filesRead(), ready.filesSkipped(), start);
    }
  }

  private void count(QueryOutcome outcome, long start) {
    String result =
        outcome instanceof QueryOutcome.Refused refused
            ? refused.reason().name().toLowerCase(Locale.ROOT)
            : "answered";
    Timer.builder("sluice.sql.queries")
        .description("queries, by what came of them")
        .tag("outcome", result)
        .publishPercentiles(0.5, 0.99)
        .register(registry)
        .record(Duration.ofNanos(System.nanoTime() - start));
  }

  public void stop() throws InterruptedException {
    clock.shutdownNow();
    clock.awaitTermination(10, TimeUnit.SECONDS);
  }
}
