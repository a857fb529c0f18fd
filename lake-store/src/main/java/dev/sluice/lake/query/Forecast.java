package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * Has DuckDB plan a query before there is any data: over tables of the right columns and no rows.
 * From the plan it is known which rows of which table can matter. That planning must not look at
 * the rows, of which there are none: the optimisers that do are off ({@link #BY_STATISTICS}).
 */
final class Forecast {
  /** No namespace of the lake is likely to have a name of control characters. */
  static final String SCHEMA = "\u0001plan";

  /** Optimisers that look at rows, which do not matter or are not there when it is only planned. */
  static final String BY_STATISTICS =
      "statistics_propagation,compressed_materialization,late_materialization";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Connection connection;
  private final Map<String, Schema> tables = new LinkedHashMap<>();

  Forecast(Connection connection) {
    this.connection = connection;
  }

  /**
   * What the query wants of each relation, in their order, once stand-ins for them are made where
   * they will stand themselves; nothing, where the plan cannot be had.
   *
   * @param enough rows of the answer, if no more will be taken
   */
  Optional<List<Demand>> demands(String sql, OptionalLong enough, List<Relation> relations)
      throws SQLException {
    for (Relation relation : relations) {
      execute(relation.place().schemaSql());
      if (relation instanceof Relation.TableState state) {
        execute(state.place().viewSql(standIn(state.schema())));
      } else if (relation instanceof Relation.Listed listed) {
        execute(listed.place().viewSql(standIn(ListedRows.readable(listed.schema()))));
      } else if (relation instanceof Relation.Derived derived) {
        execute(derived.viewSql());
      }
    }
    if (tables.isEmpty()) {
      return Optional.of(relations.stream().map(derived -> Demand.NOTHING).toList());
    }
    JsonNode plan = plan(limited(sql, enough));
    if (plan.path("error").asBoolean(true)) {
      return Optional.empty();
    }
    Map<String, Demand> known = PlanDemands.of(plan.path("plans"), tables);
    List<Demand> demands = new ArrayList<>();
    int number = 0;
    for (Relation relation : relations) {
      boolean derived = relation instanceof Relation.Derived;
      demands.add(derived ? Demand.NOTHING : known.getOrDefault("s" + number++, Demand.EVERYTHING));
    }
    return Optional.of(demands);
  }

  private static String limited(String query, OptionalLong enough) {
    return "FROM (" + query + ")" + (enough.isPresent() ? " LIMIT " + enough.getAsLong() : "");
  }

  /** Makes an empty table and says what selects from it as from the table itself. */
  private String standIn(Schema schema) throws SQLException {
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
      // DuckDB writes NaN in a way that is no JSON; then nothing is known of what is wanted.
      return MissingNode.getInstance();
    }
  }

  /** Takes away what was made for them. */
  void clear(List<Relation> relations) throws SQLException {
    for (Relation relation : relations) {
      execute("DROP VIEW " + relation.place().quoted());
    }
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
