package dev.sluice.lake.query;

import dev.sluice.daemon.Nearest;
import dev.sluice.lake.query.QueryOutcome.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** Finds the tables that a query names, as SQL does: capitals or not. */
final class TableFinder {
  private static final int MAX_DEPTH = 4;
  private static final int MAX_HINTS = 5;

  private final Catalog tables;
  private final SupportsNamespaces namespaces;
  private final int maxTables;

  /** A table under the name the catalog has for it. */
  record Found(TableIdentifier identifier, Table table) {}

  TableFinder(Catalog tables, SupportsNamespaces namespaces, int maxTables) {
    this.tables = tables;
    this.namespaces = namespaces;
    this.maxTables = maxTables;
  }

  Found find(TableName name) throws RefusedQueryException {
    if (!name.wellFormed()) {
      throw unknown(name);
    }
    Optional<Found> exact = load(name.identifier());
    if (exact.isPresent()) {
      return exact.get();
    }
    for (TableIdentifier candidate : all()) {
      if (TableName.shown(candidate).equalsIgnoreCase(name.shown())) {
        Optional<Found> found = load(candidate);
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    throw unknown(name);
  }

  Optional<Found> load(TableIdentifier identifier) {
    try {
      return Optional.of(new Found(identifier, tables.loadTable(identifier)));
    } catch (NoSuchTableException | NoSuchNamespaceException absent) {
      return Optional.empty();
    }
  }

  /** Every table of the lake, up to the bound. */
  List<TableIdentifier> all() {
    List<TableIdentifier> found = new ArrayList<>();
    gather(Namespace.empty(), 0, found);
    return found;
  }

  List<Namespace> namespaces() {
    return namespaces.listNamespaces(Namespace.empty());
  }

  private void gather(Namespace parent, int depth, List<TableIdentifier> found) {
    for (Namespace namespace : namespaces.listNamespaces(parent)) {
      for (TableIdentifier identifier : tables.listTables(namespace)) {
        if (found.size() >= maxTables) {
          return;
        }
        found.add(identifier);
      }
      if (depth < MAX_DEPTH) {
        gather(namespace, depth + 1, found);
      }
    }
  }

  private RefusedQueryException unknown(TableName name) {
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
