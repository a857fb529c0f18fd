package dev.sluice.lake.book;

import org.apache.iceberg.catalog.Namespace;

/** Who may see and say what. */
public interface Access {
  boolean mayRead(String caller, Namespace namespace);

  boolean mayWrite(String caller, Namespace namespace);
}
