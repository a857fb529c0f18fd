package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import dev.sluice.lake.query.References.Listing;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Gets one query ready to run in a sandbox: finds what it reads, has DuckDB plan it over empty
 * tables, has Iceberg choose the files that the plan can want, holds those in place and makes the
 * views over them. The sandbox is not locked yet.
 */
final class Preparation {
  private final QuerySettings settings;
  private final TableFinder finder;
  private final Optional<ObjectInventory> inventory;
  private final FieldIds fieldIds;
  private final HeldFiles held;
  private long skipped;

  /**
   * A query that can be run.
   *
   * @param sql what to run: the query, pointed to where its tables stand
   * @param files the data files that it reads
   * @param tables whose rows it reads, each with the columns it looks at
   */
  record Ready(String sql, FilesRead files, Map<TableIdentifier, Set<String>> tables) {
    Ready {
      tables = Map.copyOf(tables);
    }
  }

  Preparation(
      QuerySettings settings,
      TableFinder finder,
      Optional<ObjectInventory> inventory,
      FieldIds fieldIds,
      HeldFiles held) {
    this.settings = settings;
    this.finder = finder;
    this.inventory = inventory;
    this.fieldIds = fieldIds;
    this.held = held;
  }

  /**
   * @param enough rows of the answer, if no more will be taken
   */
  Ready prepare(Sandbox sandbox, String text, OptionalLong enough)
      throws RefusedQueryException, SQLException, IOException {
    References references = Syntax.references(sandbox.connection(), text);
    Optional<String> listing = listing(references);
    if (listing.isPresent()) {
      return new Ready(listing.get(), FilesRead.NONE, Map.of());
    }
    Resolver resolver = new Resolver(sandbox.connection(), finder, inventory, settings.maxTables());
    resolver.resolve(references.tables());
    if (references.listing() == Listing.EVERY_TABLE) {
      addAll(sandbox, resolver);
    }
    String sql = Syntax.text(sandbox.connection(), references.tree());
    List<Relation> relations = resolver.relations();
    List<Demand> demands = sandbox.forecast(sql, enough, relations);
    List<Path> data = new ArrayList<>();
    Map<TableIdentifier, Set<String>> tables = new HashMap<>();
    boolean timed = TellsTime.in(sql);
    for (int i = 0; i < relations.size(); i++) {
      Relation relation = relations.get(i);
      Demand demand = demands.get(i);
      if (relation instanceof Relation.TableState state) {
        tables.computeIfAbsent(state.identifier(), any -> new HashSet<>()).addAll(demand.columns());
        data.addAll(table(sandbox, state, demand, i, data.size()));
      } else if (relation instanceof Relation.Listed listed) {
        listed(sandbox, listed, demand);
      } else if (relation instanceof Relation.Derived derived) {
        sandbox.add(derived);
        timed |= TellsTime.in(derived.text());
      }
    }
    if (!timed) {
      sandbox.settle();
    }
    return new Ready(sql, new FilesRead(data, skipped), tables);
  }

  private List<Path> table(
      Sandbox sandbox, Relation.TableState state, Demand demand, int number, int before)
      throws RefusedQueryException, SQLException, IOException {
    PlannedTable table = PlannedTable.plan(state, demand, settings.maxFiles() - before);
    skipped += table.skipped();
    List<Path> paths = held.hold(table);
    List<Optional<FileShape>> shapes = fieldIds.shapes(sandbox.connection(), table, paths);
    TableView view = new TableView(table, paths, shapes);
    Optional<Deletions> deletions = Optional.empty();
    if (view.hasDeletes()) {
      long bytes = Deletions.bytes(table);
      if (bytes > settings.maxDeletes().bytes()) {
        throw new RefusedQueryException(
            Reason.NOT_ALLOWED,
            state.shown()
                + " has "
                + bytes
                + " bytes of delete files where the query reads, more than "
                + settings.maxDeletes().bytes()
                + " (sql.max-deletes); compact the table");
      }
      List<DeleteFile> equality = Deletions.equality(table);
      Map<String, Path> deleted = new HashMap<>();
      List<Path> local = held.hold(state, equality);
      for (int i = 0; i < equality.size(); i++) {
        deleted.put(equality.get(i).location(), local.get(i));
      }
      Deletions loaded = new Deletions(sandbox.connection(), table, number, deleted);
      loaded.load(view.deletedFrom());
      deletions = Optional.of(loaded);
    }
    sandbox.add(state.place(), view.query(deletions));
    return paths;
  }

  private void listed(Sandbox sandbox, Relation.Listed listed, Demand demand)
      throws RefusedQueryException, SQLException, IOException {
    if (demand.nothing()) {
      sandbox.add(listed.place(), TableView.empty(ListedRows.readable(listed.schema())));
    } else {
      ListedRows.make(sandbox.connection(), listed, settings.maxListed());
    }
  }

  /** Every table there is, by its columns alone: the query asks what there is. */
  private void addAll(Sandbox sandbox, Resolver resolver) throws SQLException {
    for (TableIdentifier identifier : finder.all()) {
      Optional<TableFinder.Found> found =
          resolver.has(identifier) ? Optional.empty() : finder.load(identifier);
      if (found.isPresent()) {
        Place place = new Place(identifier.namespace().toString(), identifier.name());
        sandbox.addIfAbsent(place, TableView.empty(TableFinder.columns(found.get())));
      }
    }
  }

  /** The lake's own answer to a plain SHOW: DuckDB would tell of one schema at a time. */
  private Optional<String> listing(References references) {
    return switch (references.show()) {
      case "tables" ->
          Optional.of(
              values(
                  List.of("namespace", "name"),
                  finder.all().stream()
                      .map(table -> List.of(table.namespace().toString(), table.name()))
                      .toList()));
      case "schemas" ->
          Optional.of(
              values(
                  List.of("namespace"),
                  finder.namespaces().stream().map(space -> List.of(space.toString())).toList()));
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
}
