package dev.sluice.lake.query;

import dev.sluice.daemon.Nearest;
import dev.sluice.lake.query.QueryOutcome.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.view.View;

/** Finds the tables that a query names, as SQL does: capitals or not. */
final class TableFinder {
  private static final int MAX_DEPTH = 4;
  private static final int MAX_HINTS = 5;

  private final Catalog tables;
  private final SupportsNamespaces namespaces;
  private final ViewCatalog views;
  private final int maxTables;
  private final ReadRights rights;

  /** What stands in the catalog under a name. */
  sealed interface Found {
    TableIdentifier identifier();
  }

  /** A table under the name the catalog has for it. */
  record FoundTable(TableIdentifier identifier, Table table) implements Found {}

  /** A view under the name the catalog has for it. */
  record FoundView(TableIdentifier identifier, View view) implements Found {}

  TableFinder(
      Catalog tables,
      SupportsNamespaces namespaces,
      ViewCatalog views,
      int maxTables,
      ReadRights rights) {
    this.tables = tables;
    this.namespaces = namespaces;
    this.views = views;
    this.maxTables = maxTables;
    this.rights = rights;
  }

  static Schema columns(Found found) {
    return found instanceof FoundTable table
        ? table.table().schema()
        : ((FoundView) found).view().schema();
  }

  boolean mayReadEverything() {
    return rights.mayReadEverything();
  }

  Optional<Found> find(TableName name) {
    if (!name.wellFormed()) {
      return Optional.empty();
    }
    Optional<Found> exact = load(name.identifier());
    if (exact.isPresent()) {
      return exact;
    }
    for (TableIdentifier candidate : all()) {
      if (TableName.shown(candidate).equalsIgnoreCase(name.shown())) {
        Optional<Found> found = load(candidate);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  Optional<Found> load(TableIdentifier identifier) {
    if (!rights.mayRead(identifier.namespace())) {
      return Optional.empty();
    }
    try {
      return Optional.of(new FoundTable(identifier, tables.loadTable(identifier)));
    } catch (NoSuchTableException | NoSuchNamespaceException absent) {
      return view(identifier);
    }
  }

  private Optional<Found> view(TableIdentifier identifier) {
    try {
      return Optional.of(new FoundView(identifier, views.loadView(identifier)));
    } catch (NoSuchViewException | NoSuchNamespaceException absent) {
      return Optional.empty();
    }
  }

  /** Every table and view that may be read, up to the bound. */
  List<TableIdentifier> all() {
    List<TableIdentifier> found = new ArrayList<>();
    gather(Namespace.empty(), 0, found);
    return found;
  }

  List<Namespace> namespaces() {
    return namespaces.listNamespaces(Namespace.empty()).stream().filter(rights::sees).toList();
  }

  private void gather(Namespace parent, int depth, List<TableIdentifier> found) {
    for (Namespace namespace : namespaces.listNamespaces(parent)) {
      List<TableIdentifier> own = new ArrayList<>();
      if (rights.mayRead(namespace)) {
        own.addAll(tables.listTables(namespace));
        own.addAll(views.listViews(namespace));
      }
      for (TableIdentifier identifier : own) {
        if (found.size() >= maxTables) {
          return;
        }
        found.add(identifier);
      }
      if (depth < MAX_DEPTH && rights.sees(namespace)) {
        gather(namespace, depth + 1, found);
      }
    }
  }

  RefusedQueryException unknown(TableName name) {
    List<TableIdentifier> known = all();
    String last = name.parts().isEmpty() ? "" : name.parts().get(name.parts().size() - 1);
    List<String> namesakes =
        known.stream()
            .filter(table -> table.name().equalsIgnoreCase(last))
            .map(TableName::shown)
            .limit(MAX_HINTS)
            .toList();
    String hint =
        namesakes.isEmpty()
            ? Nearest.hint(name.shown(), known.stream().map(TableName::shown).toList())
            : "; did you mean " + String.join(" or ", namesakes) + "?";
    return new RefusedQueryException(
        Reason.NO_SUCH_TABLE, "there is no table " + name.shown() + " in the lake" + hint);
  }
}
