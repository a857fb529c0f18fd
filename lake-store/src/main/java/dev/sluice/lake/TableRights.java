package dev.sluice.lake;

import dev.sluice.lake.catalog.Grants;
import dev.sluice.lake.catalog.LakeCatalog;
import dev.sluice.lake.lineage.Access;
import dev.sluice.lake.lineage.event.Dataset;
import dev.sluice.lake.name.Dotted;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** The catalog's grants, as the rooms beside it ask for them. */
final class TableRights implements Access, dev.sluice.lake.book.Access {
  private final Grants grants;
  private final LakeCatalog catalog;

  TableRights(Grants grants, LakeCatalog catalog) {
    this.grants = grants;
    this.catalog = catalog;
  }

  @Override
  public boolean mayRead(String caller, Dataset dataset) {
    return dataset.isTable()
        ? grants.mayRead(caller, namespace(dataset))
        : grants.mayReadEverything(caller);
  }

  boolean mayReadTable(String caller, String namespace, String name) {
    return mayRead(caller, Dataset.table(namespace, name));
  }

  @Override
  public boolean mayWrite(String caller, Dataset table) {
    return grants.mayWrite(caller, namespace(table));
  }

  @Override
  public boolean mayRead(String caller, Namespace namespace) {
    return grants.mayRead(caller, namespace);
  }

  @Override
  public boolean mayWrite(String caller, Namespace namespace) {
    return grants.mayWrite(caller, namespace);
  }

  @Override
  public boolean mayWriteSomewhere(String caller) {
    return grants.mayWriteSomewhere(caller);
  }

  @Override
  public boolean exists(Dataset table) {
    TableIdentifier name = TableIdentifier.of(namespace(table), table.name());
    return catalog.holds(name);
  }

  private static Namespace namespace(Dataset table) {
    return Namespace.of(Dotted.levels(table.namespace()));
  }
}
