package dev.sluice.lake.book;

import org.apache.iceberg.catalog.TableIdentifier;

/** How often a table was asked for of late. */
public interface Demand {
  long uses(TableIdentifier table);
}
