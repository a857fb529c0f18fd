package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * Has DuckDB plan a query before there is any data: over tables of the right columns and no rows.
 * From the plan it is known which rows of which table can matter. That planning must not look at
 * the rows, of which there are none: the optimisers that do are off ({@link Sandbox}).
 */
final class Forecast {
  /** No namespace of the lake is likely to have a name of control characters. */
  static final String SCHEMA = "\u0001plan";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Connection connection;
  private final Map<String, Schema> tables = new LinkedHashMap<>();

  Forecast(Connection connection) {
    this.connection = connection;
  }

  /** Makes an empty table and says what selects from it as from the table itself. */
  String standIn(Schema schema) throws SQLException {
    String name = "s" + tables.size();
    String columns =
        schema.columns().stream()
            .map(field -> column(field) + " " + ColumnType.of(field.type()))
            .collect(Collectors.joining(", "));
    if (tables.isEmpty()) {
      execute("CREATE SCHEMA lake." + SqlText.name(SCHEMA));
    }
    execute("CREATE TABLE " + qualified(name) + "(" + columns + ")");
    tables.put(name, schema);
    return schema.columns().stream()
        .map(field -> column(field) + " AS " + SqlText.name(field.name()))
        .collect(Collectors.joining(", ", "SELECT ", " FROM " + qualified(name)));
  }

  /**
   * What the query wants of each stand-in, in the order they were made; everything, where the plan
   * cannot be had.
   */
  List<Demand> demands(String sql) throws SQLException {
    JsonNode plan = plan(sql);
    List<Demand> found = new ArrayList<>();
    Map<String, Demand> known =
        plan.path("error").asBoolean(true) ? Map.of() : PlanDemands.of(plan.path("plans"), tables);
    for (int i = 0; i < tables.size(); i++) {
      found.add(known.getOrDefault("s" + i, Demand.EVERYTHING));
    }
    return found;
  }

  private JsonNode plan(String sql) throws SQLException {
    try (PreparedStatement planning =
        connection.prepareStatement(
            "SELECT json_serialize_plan(?, optimize := true, skip_null := true,"
                + " skip_empty := true, skip_default := true)")) {
      planning.setString(1, sql);
      try (ResultSet planned = planning.executeQuery()) {
        planned.next();
        return JSON.readTree(planned.getString(1));
      }
    } catch (JsonProcessingException malformed) {
      throw new SQLException("the engine's plan cannot be read", malformed);
    }
  }

  /** Takes the empty tables away, with what was made over them. */
  void clear() throws SQLException {
    if (!tables.isEmpty()) {
      execute("DROP SCHEMA lake." + SqlText.name(SCHEMA) + " CASCADE");
      tables.clear();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String column(Types.NestedField field) {
    return "c" + field.fieldId();
  }

  private static String qualified(String name) {
    return "lake." + SqlText.name(SCHEMA) + "." + SqlText.name(name);
  }
}
