package dev.sluice.lake.query;

import dev.sluice.lake.http.ClientGoneException;
import dev.sluice.lake.query.Preparation.Ready;
import dev.sluice.lake.query.QueryOutcome.Answered;
import dev.sluice.lake.query.QueryOutcome.Reason;
import dev.sluice.lake.query.QueryOutcome.Refused;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.ViewCatalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one query at a time on the thread that asks. The order is what keeps it honest: parse,
 * find the tables and plan in an engine that can reach nothing; then plan the tables' files, hold
 * those in place, give an engine those alone to reach, make views over them, and only then run what
 * was sent.
 */
public final class QueryEngine implements AutoCloseable {
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
  private final SnapshotFiles snapshots;
  private final QueryListener listener;
  private final Sandboxes sandboxes;
  private final Planners planners;
  private final Outlooks outlooks;

  /**
   * The same catalog, seen as tables, as views and as namespaces.
   *
   * @param inventory of the store's objects, where the store is ours
   * @param links where the files of queries are linked to
   */
  public <C extends Catalog & SupportsNamespaces> QueryEngine(
      QuerySettings settings,
      C catalog,
      ViewCatalog views,
      FileLocator locator,
      Optional<ObjectInventory> inventory,
      Spool links,
      MeterRegistry registry) {
    this.settings = settings;
    this.finders = rights -> new TableFinder(catalog, catalog, views, settings.maxTables(), rights);
    this.rights = ReadRights.EVERYTHING;
    this.listener = answered -> {};
    this.sandboxes = new Sandboxes(settings, links);
    this.planners = new Planners(settings);
    this.outlooks = new Outlooks();
    this.inventory = inventory;
    this.fieldIds = new FieldIds();
    this.snapshots = new SnapshotFiles();
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
  }

  private QueryEngine(QueryEngine whole, ReadRights rights, QueryListener listener) {
    this.listener = listener;
    this.sandboxes = whole.sandboxes;
    this.planners = whole.planners;
    this.outlooks = whole.outlooks;
    this.settings = whole.settings;
    this.finders = whole.finders;
    this.rights = rights;
    this.inventory = whole.inventory;
    this.fieldIds = whole.fieldIds;
    this.snapshots = whole.snapshots;
    this.locator = whole.locator;
    this.registry = whole.registry;
    this.files = whole.files;
    this.skipped = whole.skipped;
  }

  /** The same engine to one who may not read all there is. */
  public QueryEngine seenBy(ReadRights reader) {
    return new QueryEngine(this, reader, listener);
  }

  /** The same engine, where each query that was answered is told of. */
  public QueryEngine telling(QueryListener told) {
    return new QueryEngine(this, rights, told);
  }

  /** Ends it for all who see it. */
  @Override
  public void close() {
    planners.close();
    sandboxes.close();
  }

  /** Prepares a query and has it delivered, or says why not. */
  Optional<Refused> run(SqlRequest request, Delivery delivery) {
    long start = System.nanoTime();
    QueryOutcome outcome;
    try {
      outcome = answer(request, delivery, start);
    } catch (RefusedQueryException refused) {
      outcome = refused.outcome();
    } catch (UnsupportedOperationException unsupported) {
      outcome = new Refused(Reason.UNSUPPORTED, unsupported.getMessage());
    } catch (SQLException failure) {
      outcome = stopped(delivery, new Refused(Reason.SQL_ERROR, EngineMessage.of(failure)));
    } catch (ClientGoneException gone) {
      outcome = stopped(delivery, new Refused(Reason.CANCELLED, gone.getMessage()));
    } catch (IOException | RuntimeException failure) {
      LOG.warn("a query could not be answered", failure);
      outcome = new Refused(Reason.UNREADABLE, "the lake cannot be read: " + failure.getMessage());
    }
    count(outcome, start);
    return outcome instanceof Refused refused ? Optional.of(refused) : Optional.empty();
  }

  /** A query that was stopped fails in many ways; why it was stopped is what there is to say. */
  private static Refused stopped(Delivery delivery, Refused otherwise) {
    try {
      delivery.check();
      return otherwise;
    } catch (RefusedQueryException reason) {
      return reason.outcome();
    }
  }

  private QueryOutcome answer(SqlRequest request, Delivery delivery, long start)
      throws RefusedQueryException, SQLException, IOException {
    if (request.sql().length() > settings.maxSql().bytes()) {
      throw new RefusedQueryException(
          Reason.NOT_ALLOWED,
          "the query is longer than " + settings.maxSql().bytes() + " characters (sql.max-sql)");
    }
    TableFinder finder = finders.apply(rights);
    Intent intent =
        planners.plan(
            delivery,
            planner ->
                new IntentReader(settings, finder, inventory, planner, outlooks, delivery)
                    .read(request));
    return new Answered(deliver(intent, delivery, request, start));
  }

  private long deliver(Intent intent, Delivery delivery, SqlRequest request, long start)
      throws RefusedQueryException, SQLException, IOException {
    // What is written is a file outside of any enclosure.
    if (delivery.writes().isEmpty() && sandboxes.linked()) {
      try (Sandbox kept = sandboxes.take(delivery.settings(), delivery::runs)) {
        return deliver(kept, intent, delivery, request, start);
      } catch (UnlinkedException failure) {
        sandboxes.notLinked(failure);
      }
    }
    try (Sandbox own = sandboxes.open(delivery.settings(), delivery::runs)) {
      return deliver(own, intent, delivery, request, start);
    }
  }

  private long deliver(
      Sandbox sandbox, Intent intent, Delivery delivery, SqlRequest request, long start)
      throws RefusedQueryException, SQLException, IOException {
    try (HeldFiles held = new HeldFiles(locator, delivery)) {
      Ready ready =
          new Preparation(settings, fieldIds, snapshots, held, delivery).prepare(sandbox, intent);
      files.record(ready.files().paths().size());
      skipped.record((double) ready.files().skipped());
      long rows = delivery.deliver(sandbox, ready);
      sandbox.succeeded();
      listener.answered(
          new QueryListener.AnsweredQuery(
              request.caller(),
              request.sql(),
              ready.tables(),
              Duration.ofNanos(System.nanoTime() - start),
              rows));
      return rows;
    }
  }

  private void count(QueryOutcome outcome, long start) {
    String result =
        outcome instanceof Refused refused
            ? refused.reason().name().toLowerCase(Locale.ROOT)
            : "answered";
    Timer.builder("sluice.sql.queries")
        .description("queries, by what came of them")
        .tag("outcome", result)
        .publishPercentiles(0.5, 0.99)
        .register(registry)
        .record(Duration.ofNanos(System.nanoTime() - start));
  }
}
