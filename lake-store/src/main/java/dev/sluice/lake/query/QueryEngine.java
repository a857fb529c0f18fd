package dev.sluice.lake.query;

import dev.sluice.lake.http.ClientGoneException;
import dev.sluice.lake.query.QueryOutcome.Answered;
import dev.sluice.lake.query.QueryOutcome.Reason;
import dev.sluice.lake.query.QueryOutcome.Refused;
import dev.sluice.lake.query.References.Listing;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
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
  private final TableFinder tables;
  private final FileLocator locator;
  private final MeterRegistry registry;
  private final DistributionSummary files;
  private final DistributionSummary skipped;
  private final FieldIds fieldIds = new FieldIds();

  /** The same catalog, seen as tables and as namespaces. */
  public <C extends Catalog & SupportsNamespaces> QueryEngine(
      QuerySettings settings, C catalog, FileLocator locator, MeterRegistry registry) {
    this.settings = settings;
    this.tables = new TableFinder(catalog, catalog, settings.maxTables());
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

  /** Prepares a query and has it delivered, or says why not. */
  Optional<Refused> run(SqlRequest request, Delivery delivery) {
    long start = System.nanoTime();
    QueryOutcome outcome;
    try {
      outcome = answer(request, delivery);
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

  private QueryOutcome answer(SqlRequest request, Delivery delivery)
      throws RefusedQueryException, SQLException, IOException {
    if (request.sql().length() > settings.maxSql().bytes()) {
      throw new RefusedQueryException(
          Reason.NOT_ALLOWED,
          "the query is longer than " + settings.maxSql().bytes() + " characters (sql.max-sql)");
    }
    List<FileLocator.Lease> leases = new ArrayList<>();
    try (Sandbox sandbox = Sandbox.open(delivery.settings())) {
      String sql = Parameters.fill(sandbox.connection(), request.sql(), request.parameters());
      References references = Syntax.references(sandbox.connection(), sql);
      Optional<String> listing = listing(references);
      if (listing.isPresent()) {
        sandbox.lock(delivery.writes());
        return new Answered(delivery.deliver(sandbox, listing.get(), FilesRead.NONE));
      }
      FilesRead read = prepare(sandbox, sql, references, delivery, leases);
      List<Path> opened = new ArrayList<>(read.paths());
      opened.addAll(delivery.writes());
      sandbox.lock(opened);
      files.record(read.paths().size());
      skipped.record((double) read.skipped());
      return new Answered(delivery.deliver(sandbox, sql, read));
    } finally {
      leases.forEach(FileLocator.Lease::close);
    }
  }

  /** Makes the views and says which files they read. */
  private FilesRead prepare(
      Sandbox sandbox,
      String sql,
      References references,
      Delivery delivery,
      List<FileLocator.Lease> leases)
      throws RefusedQueryException, SQLException, IOException {
    if (references.tables().size() > settings.maxTables()) {
      throw new RefusedQueryException(
          Reason.NOT_ALLOWED, "the query names more than " + settings.maxTables() + " tables");
    }
    Map<TableIdentifier, TableFinder.Found> named = new LinkedHashMap<>();
    for (TableName name : references.tables()) {
      TableFinder.Found found = tables.find(name);
      named.putIfAbsent(found.identifier(), found);
    }
    if (references.listing() == Listing.EVERY_TABLE) {
      for (TableIdentifier identifier : tables.all()) {
        Optional<TableFinder.Found> found =
            named.containsKey(identifier) ? Optional.empty() : tables.load(identifier);
        if (found.isPresent()) {
          sandbox.add(PlannedTable.columnsOf(found.get()), List.of());
        }
      }
    }
    List<TableFinder.Found> wanted = List.copyOf(named.values());
    List<Demand> demands =
        sandbox.forecast(sql, wanted.stream().map(PlannedTable::columnsOf).toList());
    List<Path> paths = new ArrayList<>();
    long left = 0;
    for (int i = 0; i < wanted.size(); i++) {
      PlannedTable table =
          PlannedTable.plan(wanted.get(i), demands.get(i), settings.maxFiles() - paths.size());
      List<Path> own = hold(table, delivery, leases);
      fieldIds.require(sandbox.connection(), table, own);
      sandbox.add(table, own);
      paths.addAll(own);
      left += table.skipped();
    }
    return new FilesRead(paths, left);
  }

  private List<Path> hold(PlannedTable table, Delivery delivery, List<FileLocator.Lease> leases)
      throws IOException, RefusedQueryException {
    List<Path> paths = new ArrayList<>();
    for (PlannedTable.DataFileRef file : table.dataFiles()) {
      delivery.check();
      FileLocator.Lease lease = locator.locate(table.files(), file.location(), file.length());
      leases.add(lease);
      paths.add(lease.path());
    }
    return paths;
  }

  /** The lake's own answer to a plain SHOW: DuckDB would tell of one schema at a time. */
  private Optional<String> listing(References references) {
    return switch (references.show()) {
      case "tables" ->
          Optional.of(
              values(
                  List.of("namespace", "name"),
                  tables.all().stream()
                      .map(table -> List.of(table.namespace().toString(), table.name()))
                      .toList()));
      case "schemas" ->
          Optional.of(
              values(
                  List.of("namespace"),
                  tables.namespaces().stream().map(space -> List.of(space.toString())).toList()));
      case "databases" -> Optional.of(values(List.of("name"), List.of(List.of("lake"))));
      default -> Optional.empty();
    };
  }

  private static String values(List<String> columns, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return columns.stream()
          .map(column -> "NULL::VARCHAR AS " + SqlText.name(column))
          .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
    }
    return rows.stream()
            .map(
                row ->
                    row.stream().map(SqlText::literal).collect(Collectors.joining(",", "(", ")")))
            .collect(Collectors.joining(",", "SELECT * FROM (VALUES ", ")"))
        + " AS listed("
        + columns.stream().map(SqlText::name).collect(Collectors.joining(","))
        + ") ORDER BY ALL";
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
