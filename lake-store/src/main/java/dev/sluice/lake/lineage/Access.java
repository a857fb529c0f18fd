package dev.sluice.lake.lineage;

import dev.sluice.lake.lineage.event.Dataset;

/** Who may see and tell what, and which tables there are. */
public interface Access {
  /** What is no table may be read by who may read every table: no right is given on it alone. */
  boolean mayRead(String caller, Dataset dataset);

  boolean mayWrite(String caller, Dataset table);

  /** Whether there is any table that the caller may write. */
  boolean mayWriteSomewhere(String caller);

  boolean exists(Dataset table);
}
