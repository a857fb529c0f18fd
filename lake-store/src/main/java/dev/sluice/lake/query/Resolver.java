package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.View;

/**
 * Finds what each reference of a query means: a table as it is or as it was, what is told of a
 * table, or a view, whose own references are found in turn. A reference to what does not stand
 * under its own name in DuckDB is pointed to where it stands.
 */
final class Resolver {
  private static final int MAX_VIEW_DEPTH = 16;

  private final Syntax syntax;
  private final TableFinder finder;
  private final Optional<ObjectInventory> inventory;
  private final int bound;
  private final Map<String, Relation> relations = new LinkedHashMap<>();
  private final Map<String, TableIdentifier> named = new LinkedHashMap<>();
  private final Deque<TableIdentifier> views = new ArrayDeque<>();

  Resolver(Syntax syntax, TableFinder finder, Optional<ObjectInventory> inventory, int bound) {
    this.syntax = syntax;
    this.finder = finder;
    this.inventory = inventory;
    this.bound = bound;
  }

  /** What is read, each after what it reads itself. */
  List<Relation> relations() {
    return List.copyOf(relations.values());
  }

  /** Whether something of that name is among the relations, under that name. */
  boolean has(TableIdentifier identifier) {
    return identifier.equals(named.get(key(identifier)));
  }

  void resolve(List<Reference> references) throws SQLException, RefusedQueryException {
    for (Reference reference : references) {
      resolve(reference, reference.name());
    }
  }

  private void resolve(Reference reference, TableName name)
      throws SQLException, RefusedQueryException {
    Moment clause = new AtClause(syntax).moment(reference.at(), name.shown());
    if (name.key().equals("system.objects")
        && inventory.isPresent()
        && finder.mayReadEverything()) {
      add("system.objects", place -> SystemTables.objects(place, inventory.get()));
      reference.pointTo(relations.get("system.objects").place(), "objects");
      return;
    }
    Optional<TableFinder.Found> whole = finder.find(name);
    if (whole.isPresent()) {
      point(reference, whole.get(), clause, "");
      return;
    }
    for (TableName.Split split : name.splits()) {
      Optional<TableFinder.Found> found = finder.find(split.table());
      Optional<Moment> moment = Moment.ofName(split.suffix());
      boolean present = clause instanceof Moment.Present;
      if (found.isPresent() && moment.isPresent() && present) {
        point(reference, found.get(), moment.get(), "");
        return;
      }
      if (found.isPresent() && SystemTables.kind(split.suffix()).isPresent()) {
        point(reference, found.get(), clause, split.suffix());
        return;
      }
      if (found.isPresent()) {
        throw new RefusedQueryException(
            Reason.NO_SUCH_TABLE,
            split.table().shown()
                + " has no '"
                + split.suffix()
                + "'; after a table's name may stand branch_…, tag_…, snapshot_id_… or one of "
                + String.join(", ", SystemTables.names()));
      }
    }
    throw finder.unknown(name);
  }

  private void point(Reference reference, TableFinder.Found found, Moment moment, String told)
      throws SQLException, RefusedQueryException {
    TableIdentifier identifier = found.identifier();
    String shown = TableName.shown(identifier);
    String key = key(identifier) + moment.key() + "$" + told.toLowerCase(Locale.ROOT);
    if (found instanceof TableFinder.FoundView view) {
      if (!(moment instanceof Moment.Present) || !told.isEmpty()) {
        throw new RefusedQueryException(
            Reason.NOT_ALLOWED, shown + " is a view, which has no snapshots; ask its tables");
      }
      point(reference, identifier, view.view());
      return;
    }
    var table = ((TableFinder.FoundTable) found).table();
    Optional<MetadataTableType> kind = SystemTables.kind(told);
    if (kind.isPresent()) {
      add(key, place -> SystemTables.of(place, table, kind.get(), shown, moment));
      reference.pointTo(relations.get(key).place(), told);
      return;
    }
    if (!(moment instanceof Moment.Present)) {
      add(
          key,
          place ->
              new Relation.TableState(place, identifier, shown, table, moment.scan(table, shown)));
      reference.pointTo(relations.get(key).place(), identifier.name());
      return;
    }
    Place place = claim(identifier);
    if (!relations.containsKey(key(identifier, place))) {
      put(
          key(identifier, place),
          new Relation.TableState(place, identifier, shown, table, moment.scan(table, shown)));
    }
    reference.pointTo(place, identifier.name());
  }

  private void point(Reference reference, TableIdentifier identifier, View view)
      throws SQLException, RefusedQueryException {
    Place place = claim(identifier);
    if (!relations.containsKey(key(identifier, place))) {
      if (views.contains(identifier) || views.size() >= MAX_VIEW_DEPTH) {
        List<String> path = new ArrayList<>();
        views.descendingIterator().forEachRemaining(each -> path.add(TableName.shown(each)));
        path.add(TableName.shown(identifier));
        throw new RefusedQueryException(
            Reason.NOT_ALLOWED,
            (views.contains(identifier) ? "a view reads itself: " : "views stand too deep: ")
                + String.join(" -> ", path));
      }
      views.push(identifier);
      ViewText text = ViewText.of(syntax, identifier, view);
      for (Reference inner : text.references().tables()) {
        inside(identifier, inner, text.qualified(inner.name()));
      }
      views.pop();
      List<String> columns = view.schema().columns().stream().map(Types.NestedField::name).toList();
      put(
          key(identifier, place),
          new Relation.Derived(place, columns, syntax.text(text.references().tree())));
    }
    reference.pointTo(place, identifier.name());
  }

  /** A view reads with the rights of the one who asks. */
  private void inside(TableIdentifier view, Reference inner, TableName name)
      throws SQLException, RefusedQueryException {
    try {
      resolve(inner, name);
    } catch (RefusedQueryException refused) {
      if (refused.outcome().reason() != Reason.NO_SUCH_TABLE) {
        throw refused;
      }
      throw new RefusedQueryException(
          Reason.NO_SUCH_TABLE,
          "the view "
              + TableName.shown(view)
              + " reads a table that is not there, or not for you to read");
    }
  }

  /** The table's own name, or another where DuckDB, to which capitals are alike, has it already. */
  private Place claim(TableIdentifier identifier) {
    TableIdentifier holder = named.putIfAbsent(key(identifier), identifier);
    return holder == null || holder.equals(identifier)
        ? new Place(identifier.namespace().toString(), identifier.name())
        : new Place(
            Place.OWN,
            TableName.shown(identifier)
                .chars()
                .mapToObj(Integer::toHexString)
                .collect(Collectors.joining()));
  }

  private static String key(TableIdentifier identifier) {
    return TableName.shown(identifier).toLowerCase(Locale.ROOT);
  }

  private static String key(TableIdentifier identifier, Place place) {
    return place + TableName.shown(identifier);
  }

  private void add(String key, Making making) throws SQLException, RefusedQueryException {
    if (!relations.containsKey(key)) {
      put(key, making.at(new Place(Place.OWN, "r" + relations.size())));
    }
  }

  private void put(String key, Relation relation) throws RefusedQueryException {
    relations.put(key, relation);
    if (relations.size() > bound) {
      throw new RefusedQueryException(
          Reason.NOT_ALLOWED, "the query names more than " + bound + " tables (sql.max-tables)");
    }
  }

  /** Makes a relation for a place. */
  private interface Making {
    Relation at(Place place) throws SQLException, RefusedQueryException;
  }

  /** The namespace that a view's short names are in. */
  static Namespace home(TableIdentifier identifier, View view) {
    Namespace home = view.currentVersion().defaultNamespace();
    return home == null || home.isEmpty() ? identifier.namespace() : home;
  }
}
