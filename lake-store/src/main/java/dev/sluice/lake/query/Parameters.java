package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.query.QueryOutcome.Reason;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts values in the place of {@code ?} and {@code $1}. They are put into the parsed query, not
 * into its text, and DuckDB writes the text anew: a value is a value, whatever is in it.
 */
final class Parameters {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> values;
  private final Set<Integer> used = new TreeSet<>();

  private Parameters(List<JsonNode> values) {
    this.values = values;
  }

  /** The query with the values; what cannot be parsed is left for the parser to refuse. */
  static String fill(Syntax syntax, String sql, List<JsonNode> values)
      throws SQLException, RefusedQueryException {
    if (values.isEmpty()) {
      return sql;
    }
    JsonNode tree = syntax.parse(sql);
    if (tree.path("error").asBoolean() || tree.path("statements").size() != 1) {
      return sql;
    }
    ObjectNode statement = (ObjectNode) tree.path("statements").get(0);
    Parameters parameters = new Parameters(values);
    parameters.fill(statement);
    if (parameters.used.size() < values.size()) {
      throw new RefusedQueryException(
          Reason.SQL_ERROR,
          "the query has "
              + parameters.used.size()
              + " parameters (? or $1), and there are "
              + values.size()
              + " values");
    }
    statement.set("named_param_map", JSON.createArrayNode());
    return syntax.text(tree);
  }

  private void fill(ObjectNode node) throws RefusedQueryException {
    for (String name : names(node)) {
      JsonNode child = node.get(name);
      if (isParameter(child)) {
        node.set(name, value(child));
      } else {
        fillBelow(child);
      }
    }
  }

  private void fillBelow(JsonNode node) throws RefusedQueryException {
    if (node instanceof ObjectNode object) {
      fill(object);
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (isParameter(array.get(i))) {
          array.set(i, value(array.get(i)));
        } else {
          fillBelow(array.get(i));
        }
      }
    }
  }

  private static List<String> names(ObjectNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static boolean isParameter(JsonNode node) {
    return node.path("type").asText().equals("VALUE_PARAMETER")
        && node.path("class").asText().equals("PARAMETER");
  }

  private JsonNode value(JsonNode parameter) throws RefusedQueryException {
    String identifier = parameter.path("identifier").asText();
    int number = identifier.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(identifier) : 0;
    if (number < 1 || number > values.size()) {
      throw new RefusedQueryException(
          Reason.SQL_ERROR,
          "there is no value for parameter $"
              + identifier
              + "; values are $1 to $"
              + values.size());
    }
    used.add(number);
    JsonNode value = values.get(number - 1);
    ObjectNode constant = JSON.createObjectNode();
    constant.put("class", "CONSTANT").put("type", "VALUE_CONSTANT");
    constant.set("alias", parameter.path("alias"));
    constant.set("query_location", parameter.path("query_location"));
    constant.set("query_location_length", parameter.path("query_location_length"));
    constant.putObject("literal").put("kind", kind(value)).put("text", text(value));
    return constant;
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> "NULL_LITERAL";
      case BOOLEAN -> "BOOLEAN";
      case NUMBER -> value.isIntegralNumber() ? "INTEGER" : "NUMERIC";
      default -> "STRING";
    };
  }

  private static String text(JsonNode value) {
    return value.isNull() ? "" : value.asText();
  }
}
