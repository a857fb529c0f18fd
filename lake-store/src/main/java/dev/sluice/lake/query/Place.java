package dev.sluice.lake.query;

/** Where something stands in DuckDB while one query is answered. */
record Place(String schema, String name) {
  /**
   * For what the lake has no table of that name for: no namespace is named by control characters.
   */
  static final String OWN = "\u0001own";

  String quoted() {
    return "lake." + SqlText.name(schema) + "." + SqlText.name(name);
  }

  /** What makes it, if it is not there. */
  String schemaSql() {
    return "CREATE SCHEMA IF NOT EXISTS lake." + SqlText.name(schema);
  }

  /** What makes a view there, or makes it anew. */
  String viewSql(String query) {
    return "CREATE OR REPLACE VIEW " + quoted() + " AS " + query;
  }
}
