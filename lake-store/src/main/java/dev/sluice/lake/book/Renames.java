package dev.sluice.lake.book;

import org.apache.iceberg.catalog.TableIdentifier;

/** Is told that a table has another name now; may be told twice. */
public interface Renames {
  void renamed(TableIdentifier from, TableIdentifier to);
}
