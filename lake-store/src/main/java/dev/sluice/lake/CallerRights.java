package dev.sluice.lake;

import dev.sluice.lake.catalog.Grants;
import dev.sluice.lake.query.ReadRights;
import org.apache.iceberg.catalog.Namespace;

/** What one caller's grants let a query read. */
record CallerRights(Grants grants, String caller) implements ReadRights {
  @Override
  public boolean mayRead(Namespace namespace) {
    return grants.mayRead(caller, namespace);
  }

  @Override
  public boolean sees(Namespace namespace) {
    return grants.sees(caller, namespace);
  }

  @Override
  public boolean mayReadEverything() {
    return grants.mayReadEverything(caller);
  }
}
