package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.lake.query.QueryOutcome.Reason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Set;

/**
 * The clause {@code AT (VERSION => 3)}, {@code AT (VERSION => 'branch')} or {@code AT (TIMESTAMP =>
 * …)}. Its value is worked out before the query runs, so it may be made of literals and of what
 * tells and counts time, and of nothing else.
 */
final class AtClause {
  private static final Set<String> CLASSES = Set.of("CONSTANT", "CAST", "FUNCTION", "COLUMN_REF");

  private static final Set<String> FUNCTIONS =
      Set.of(
          "now",
          "today",
          "current_date",
          "current_timestamp",
          "get_current_timestamp",
          "+",
          "-",
          "to_years",
          "to_months",
          "to_weeks",
          "to_days",
          "to_hours",
          "to_minutes",
          "to_seconds",
          "to_milliseconds",
          "to_timestamp",
          "make_timestamp",
          "make_timestamp_ms",
          "date_trunc",
          "epoch_ms");

  private final Syntax syntax;

  AtClause(Syntax syntax) {
    this.syntax = syntax;
  }

  Moment moment(JsonNode clause, String shown) throws SQLException, RefusedQueryException {
    if (clause.isMissingNode()) {
      return new Moment.Present();
    }
    JsonNode value = clause.path("expr");
    require(value);
    if (clause.path("unit").asText().equalsIgnoreCase("TIMESTAMP")) {
      String micros = evaluated("epoch_us(CAST((" + text(value) + ") AS TIMESTAMPTZ))", shown);
      return new Moment.At(Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS));
    }
    String version = evaluated("(" + text(value) + ")", shown);
    boolean number = value.path("literal").path("kind").asText().equals("INTEGER");
    if (number || version.matches("-?[0-9]+")) {
      try {
        return new Moment.Version(Long.parseLong(version));
      } catch (NumberFormatException tooLong) {
        throw wrong(shown + " has no snapshot " + version);
      }
    }
    return new Moment.Named(version);
  }

  private static void require(JsonNode value) throws RefusedQueryException {
    String kind = value.path("class").asText();
    String function = value.path("function_name").asText().toLowerCase(Locale.ROOT);
    String column = value.path("column_names").path(0).asText().toLowerCase(Locale.ROOT);
    boolean named =
        switch (kind) {
          case "FUNCTION" -> FUNCTIONS.contains(function);
          case "COLUMN_REF" -> FUNCTIONS.contains(column);
          default -> CLASSES.contains(kind);
        };
    if (!named) {
      throw wrong(
          "AT takes a number, a text or a time, such as AT (VERSION => 3), AT (VERSION => 'branch'),"
              + " AT (TIMESTAMP => '2026-01-02 03:04:05')");
    }
    for (JsonNode child : value.path("children")) {
      require(child);
    }
    if (value.has("child")) {
      require(value.path("child"));
    }
  }

  private String text(JsonNode value) throws SQLException {
    JsonNode tree = syntax.parse("SELECT 1");
    ((ArrayNode) tree.path("statements").path(0).path("node").path("select_list"))
        .set(0, value.deepCopy());
    String query = syntax.text(tree);
    return query.substring("SELECT ".length());
  }

  private String evaluated(String expression, String shown)
      throws SQLException, RefusedQueryException {
    try (Statement statement = syntax.connection().createStatement();
        ResultSet row = statement.executeQuery("SELECT CAST(" + expression + " AS VARCHAR)")) {
      row.next();
      String value = row.getString(1);
      if (value == null) {
        throw wrong("AT of " + shown + " is null");
      }
      return value;
    }
  }

  private static RefusedQueryException wrong(String message) {
    return new RefusedQueryException(Reason.SQL_ERROR, message);
  }
}
