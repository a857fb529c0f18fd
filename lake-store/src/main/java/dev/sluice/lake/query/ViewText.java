package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.query.QueryOutcome.Reason;
import dev.sluice.lake.sqltext.Tokens;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.View;
import org.apache.iceberg.view.ViewRepresentation;

/**
 * The query of a view. One written for DuckDB is read as it is. One for Spark or Trino is read only
 * as far as its words mean the same here: plain expressions and functions that all three have. What
 * they divide, index, escape or order otherwise is refused rather than answered wrongly.
 */
record ViewText(References references, Namespace home) {
  private static final List<String> DIALECTS = List.of("duckdb", "spark", "trino");

  private static final Set<String> CLASSES =
      Set.of("CONSTANT", "COLUMN_REF", "STAR", "COMPARISON", "CONJUNCTION", "OPERATOR", "BETWEEN");

  private static final Set<String> SHARED =
      Set.of(
          "count_star",
          "count",
          "sum",
          "min",
          "max",
          "avg",
          "lower",
          "upper",
          "abs",
          "concat",
          "trim",
          "ltrim",
          "rtrim",
          "+",
          "-",
          "*",
          "~~",
          "!~~",
          "coalesce",
          "nullif");

  static ViewText of(Syntax syntax, TableIdentifier identifier, View view)
      throws SQLException, RefusedQueryException {
    String shown = TableName.shown(identifier);
    SQLViewRepresentation written = chosen(view, shown);
    String dialect = written.dialect().toLowerCase(Locale.ROOT);
    String sql = written.sql();
    if (dialect.equals("spark")) {
      sql = standardQuotes(sql, shown);
    }
    try {
      References references = syntax.references(AsOfText.rewritten(sql));
      if (!references.show().isEmpty() || references.listing() != References.Listing.NOTHING) {
        throw new RefusedQueryException(Reason.NOT_ALLOWED, "it lists tables");
      }
      if (!dialect.equals("duckdb")) {
        requireShared(references.tree().path("statements").path(0).path("node"), dialect);
      }
      return new ViewText(references, Resolver.home(identifier, view));
    } catch (RefusedQueryException refused) {
      throw new RefusedQueryException(
          Reason.UNSUPPORTED,
          "the view "
              + shown
              + ", written for "
              + dialect
              + ", cannot be read here: "
              + refused.getMessage()
              + "; give it a text of dialect 'duckdb'");
    }
  }

  /** A name of the view's as the lake knows it: a single word is in the view's own namespace. */
  TableName qualified(TableName name) {
    if (name.parts().size() != 1) {
      return name;
    }
    List<String> parts = new ArrayList<>(List.of(home.toString()));
    parts.addAll(name.parts());
    return new TableName(parts);
  }

  private static SQLViewRepresentation chosen(View view, String shown)
      throws RefusedQueryException {
    List<SQLViewRepresentation> texts = new ArrayList<>();
    for (ViewRepresentation each : view.currentVersion().representations()) {
      if (each instanceof SQLViewRepresentation text) {
        texts.add(text);
      }
    }
    for (String dialect : DIALECTS) {
      Optional<SQLViewRepresentation> text =
          texts.stream().filter(each -> each.dialect().equalsIgnoreCase(dialect)).findFirst();
      if (text.isPresent()) {
        return text.get();
      }
    }
    throw new RefusedQueryException(
        Reason.UNSUPPORTED,
        "the view "
            + shown
            + " is written for "
            + texts.stream().map(SQLViewRepresentation::dialect).collect(Collectors.joining(", "))
            + " only; give it a text of dialect 'duckdb'");
  }

  /** Spark quotes names by backticks and texts also by double quotes. */
  private static String standardQuotes(String sql, String shown) throws RefusedQueryException {
    StringBuilder out = new StringBuilder();
    for (String token : Tokens.of(sql)) {
      char first = token.charAt(0);
      if ((first == '\'' || first == '"') && token.indexOf('\\') >= 0) {
        throw new RefusedQueryException(
            Reason.UNSUPPORTED,
            "the view " + shown + " has escapes of Spark's; give it a text of dialect 'duckdb'");
      }
      String inside = token.length() < 2 ? "" : token.substring(1, token.length() - 1);
      out.append(
          switch (first) {
            case '`' -> SqlText.name(inside.replace("``", "`"));
            case '"' -> SqlText.literal(inside.replace("\"\"", "\""));
            default -> token;
          });
    }
    return out.toString();
  }

  private static void requireShared(JsonNode node, String dialect) throws RefusedQueryException {
    String kind = node.path("class").asText();
    String type = node.path("type").asText();
    if (kind.equals("FUNCTION")) {
      String function = node.path("function_name").asText().toLowerCase(Locale.ROOT);
      if (!SHARED.contains(function)) {
        throw unlike(function, dialect);
      }
    } else if (!kind.isEmpty()
        && !CLASSES.contains(kind)
        && !Set.of("CASE", "SUBQUERY").contains(kind)) {
      throw unlike(kind.toLowerCase(Locale.ROOT), dialect);
    } else if (type.equals("ARRAY_EXTRACT") || type.equals("LIMIT_MODIFIER")) {
      throw unlike(type.equals("LIMIT_MODIFIER") ? "LIMIT" : "[]", dialect);
    }
    for (JsonNode child : node) {
      requireShared(child, dialect);
    }
  }

  private static RefusedQueryException unlike(String what, String dialect) {
    return new RefusedQueryException(
        Reason.UNSUPPORTED, "'" + what + "' may mean something else in " + dialect);
  }
}
