package dev.sluice.lake.query;

import java.util.List;

/**
 * What one parsed query refers to.
 *
 * @param tables those of the lake it reads
 * @param listing whether it asks about tables rather than of them: what exists, with which columns
 * @param show the word of a plain {@code SHOW word}, or nothing
 */
record References(List<TableName> tables, Listing listing, String show) {
  /** How much of the catalog a query asks about. */
  enum Listing {
    NOTHING,
    EVERY_TABLE
  }

  References {
    tables = List.copyOf(tables);
  }
}
