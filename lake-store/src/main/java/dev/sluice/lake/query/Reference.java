package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One place in a query's syntax tree that reads a table.
 *
 * @param node of the tree, which is changed when the table stands elsewhere
 */
record Reference(ObjectNode node, TableName name) {
  /** The clause {@code AT (VERSION => …)}, or a missing node. */
  JsonNode at() {
    JsonNode clause = node.path("at_clause");
    return clause.isObject() ? clause : clause.path("none");
  }

  /** Has the query read from there, under the name that its other parts know. */
  void pointTo(Place place, String alias) {
    node.put("catalog_name", "lake");
    node.put("schema_name", place.schema());
    node.put("table_name", place.name());
    node.putNull("at_clause");
    ArrayNode path = node.putObject("qualified_name").putArray("path");
    path.add("lake").add(place.schema()).add(place.name());
    boolean elsewhere = place.schema().equals(Place.OWN);
    if (elsewhere && node.path("alias").asText().isEmpty()) {
      node.put("alias", alias);
    }
  }
}
