package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.lake.query.QueryOutcome.Reason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

/** Reads the text of a query with DuckDB's own parser, which writes only queries out as JSON. */
final class Syntax implements AutoCloseable {
  static final String READ_ONLY =
      "only one query is answered here (SELECT, WITH, VALUES, FROM, DESCRIBE, SUMMARIZE or SHOW);"
          + " tables are written through the catalog";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Connection connection;
  private final KnownTexts known;
  private final PreparedStatement parsing;
  private final PreparedStatement writing;

  /** Its statements are prepared once: to prepare them costs as much as what they do. */
  Syntax(Connection connection, KnownTexts known) throws SQLException {
    this.connection = connection;
    this.known = known;
    this.parsing = connection.prepareStatement("SELECT json_serialize_sql(?)");
    this.writing = connection.prepareStatement("SELECT json_deserialize_sql(CAST(? AS JSON))");
  }

  /** What reads it. */
  Connection connection() {
    return connection;
  }

  References references(String sql) throws SQLException, RefusedQueryException {
    JsonNode tree = parse(sql);
    if (tree.path("error").asBoolean()) {
      throw refused(tree);
    }
    JsonNode statements = tree.path("statements");
    if (statements.isEmpty()) {
      throw new RefusedQueryException(Reason.SQL_ERROR, "there is no query in what was sent");
    }
    if (statements.size() > 1) {
      throw new RefusedQueryException(
          Reason.NOT_ALLOWED, "send one query at a time; there are " + statements.size() + " here");
    }
    if (!statements.get(0).path("named_param_map").isEmpty()) {
      throw new RefusedQueryException(
          Reason.NOT_ALLOWED, "parameters (? and $1) are not supported");
    }
    return SyntaxWalk.references(tree);
  }

  /** A tree as text again, without comments and semicolons, so that it can stand inside another. */
  String text(JsonNode tree) throws SQLException {
    return known.text(tree.toString(), written -> only(writing, written));
  }

  JsonNode parse(String sql) throws SQLException {
    try {
      return JSON.readTree(known.tree(sql, text -> only(parsing, text)));
    } catch (JsonProcessingException malformed) {
      throw new SQLException("the parser's answer cannot be read", malformed);
    }
  }

  private static String only(PreparedStatement statement, String argument) throws SQLException {
    statement.setString(1, argument);
    try (ResultSet answer = statement.executeQuery()) {
      answer.next();
      return answer.getString(1);
    }
  }

  @Override
  public void close() throws SQLException {
    parsing.close();
    writing.close();
  }

  private static RefusedQueryException refused(JsonNode tree) {
    String kind = tree.path("error_type").asText();
    if (kind.equals("not implemented")) {
      return new RefusedQueryException(Reason.NOT_ALLOWED, READ_ONLY);
    }
    String name = kind.isEmpty() ? "" : kind.substring(0, 1).toUpperCase(Locale.ROOT);
    String rest = kind.isEmpty() ? "" : kind.substring(1) + " error: ";
    String position = tree.path("position").asText("");
    String where = position.isEmpty() ? "" : " (at character " + position + ")";
    return new RefusedQueryException(
        Reason.SQL_ERROR, name + rest + tree.path("error_message").asText() + where);
  }
}
