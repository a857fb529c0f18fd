package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What one parsed query refers to.
 *
 * @param tree of the whole text, of which the references are parts
 * @param tables where it reads tables
 * @param listing whether it asks about tables rather than of them: what exists, with which columns
 * @param show the word of a plain {@code SHOW word}, or nothing
 */
record References(JsonNode tree, List<Reference> tables, Listing listing, String show) {
  /** How much of the catalog a query asks about. */
  enum Listing {
    NOTHING,
    EVERY_TABLE
  }

  References {
    tables = List.copyOf(tables);
  }
}
