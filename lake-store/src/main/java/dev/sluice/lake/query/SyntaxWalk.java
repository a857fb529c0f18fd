package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.query.QueryOutcome.Reason;
import dev.sluice.lake.query.References.Listing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Walks a query's syntax tree, as DuckDB's own parser made it, and gathers what the query reads.
 *
 * <p>Kinds of query and of table pass only by name: a WITH clause can hold an INSERT, and what a
 * newer parser knows is not known here to be harmless. Table functions pass only by name too: among
 * them are some that read files, write logs and follow pointers.
 */
final class SyntaxWalk {
  private static final Set<String> QUERIES =
      Set.of("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE");

  private static final Set<String> SOURCES =
      Set.of(
          "BASE_TABLE",
          "SUBQUERY",
          "JOIN",
          "TABLE_FUNCTION",
          "EMPTY",
          "EXPRESSION_LIST",
          "SHOW_REF",
          "PIVOT");

  private static final Set<String> FUNCTIONS =
      Set.of(
          "range",
          "generate_series",
          "unnest",
          "repeat",
          "repeat_row",
          "json_each",
          "json_tree",
          "duckdb_functions",
          "duckdb_keywords",
          "duckdb_types",
          "pg_timezone_names",
          "pragma_version");

  private static final Set<String> LISTINGS =
      Set.of(
          "information_schema.tables", "information_schema.columns", "information_schema.schemata");

  private final Set<String> commonTables = new HashSet<>();
  private final List<Reference> tables = new ArrayList<>();
  private Listing listing = Listing.NOTHING;

  private SyntaxWalk() {}

  static References references(JsonNode tree) throws RefusedQueryException {
    JsonNode statement = tree.path("statements").path(0);
    SyntaxWalk walk = new SyntaxWalk();
    walk.nameCommonTables(statement);
    walk.visit(statement);
    return new References(tree, walk.tables, walk.listing, plainShow(statement));
  }

  /** The names of all WITH clauses; that a name is in scope where it is used, DuckDB checks. */
  private void nameCommonTables(JsonNode node) {
    for (JsonNode entry : node.path("cte_map").path("map")) {
      commonTables.add(lower(entry.path("key").asText()));
    }
    if (node.path("type").asText().equals("RECURSIVE_CTE_NODE")) {
      commonTables.add(lower(node.path("cte_name").asText()));
    }
    for (JsonNode child : node) {
      nameCommonTables(child);
    }
  }

  private void visit(JsonNode node) throws RefusedQueryException {
    String type = node.path("type").asText();
    boolean query = type.endsWith("_NODE");
    boolean source = !query && node.has("sample") && node.has("alias");
    if ((query && !QUERIES.contains(type)) || (source && !SOURCES.contains(type))) {
      throw new RefusedQueryException(Reason.NOT_ALLOWED, Syntax.READ_ONLY);
    }
    switch (type) {
      case "BASE_TABLE" -> table(node);
      case "TABLE_FUNCTION" -> function(node.path("function"));
      case "SHOW_REF" -> show(node.path("show_type").asText());
      default -> {}
    }
    for (JsonNode child : node) {
      visit(child);
    }
  }

  private void table(JsonNode node) throws RefusedQueryException {
    List<String> path = new ArrayList<>();
    node.path("qualified_name").path("path").forEach(part -> path.add(part.asText()));
    boolean dated = node.path("at_clause").isObject();
    if (path.size() == 1 && !dated && commonTables.contains(lower(path.get(0)))) {
      if (path.get(0).matches(".*[./\\\\*:?\\[].*")) {
        // Where such a name is out of its scope, DuckDB would take it for a file's.
        throw new RefusedQueryException(
            Reason.NOT_ALLOWED,
            "'" + path.get(0) + "' is no name for WITH here: it could be a file");
      }
      return;
    }
    TableName name = new TableName(path);
    if (LISTINGS.contains(name.key())) {
      listing = Listing.EVERY_TABLE;
      return;
    }
    tables.add(new Reference((ObjectNode) node, name));
  }

  private static void function(JsonNode node) throws RefusedQueryException {
    String name = node.path("function_name").asText();
    if (!FUNCTIONS.contains(lower(name))) {
      throw new RefusedQueryException(
          Reason.NOT_ALLOWED,
          "table function '" + name + "' is not allowed: SQL here reads tables of the lake only");
    }
  }

  private void show(String type) {
    if (type.equals("SHOW_SPECIAL") || type.equals("SHOW_FROM")) {
      listing = Listing.EVERY_TABLE;
    }
  }

  /** The word of a query that is a SHOW and nothing more. */
  private static String plainShow(JsonNode statement) {
    JsonNode from = statement.path("node").path("from_table");
    boolean plain =
        from.path("type").asText().equals("SHOW_REF")
            && from.path("show_type").asText().equals("SHOW_SPECIAL")
            && statement.path("node").path("where_clause").isNull();
    return plain ? lower(from.path("table_name").asText().replace("\"", "")) : "";
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
