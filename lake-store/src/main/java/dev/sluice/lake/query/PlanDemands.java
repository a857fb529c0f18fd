package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * Reads from DuckDB's optimised plan of a query what it wants of each table. The optimiser has by
 * then moved every condition as near to the tables as it may, through joins, views and subqueries;
 * only what stands right on a scan is looked at. A table that the plan does not read is not wanted
 * at all.
 */
final class PlanDemands {
  private final Map<String, Schema> schemas;
  private final Map<String, Demand> demands = new HashMap<>();

  private PlanDemands(Map<String, Schema> schemas) {
    this.schemas = schemas;
    schemas.keySet().forEach(scan -> demands.put(scan, Demand.NOTHING));
  }

  /**
   * @param schemas of the tables of the plan, by their names there; column {@code c5} has field 5
   */
  static Map<String, Demand> of(JsonNode plans, Map<String, Schema> schemas) {
    PlanDemands reading = new PlanDemands(schemas);
    for (JsonNode plan : plans) {
      reading.visit(plan, List.of(), OptionalLong.empty());
    }
    return reading.demands;
  }

  /**
   * @param filters those right above the node, the nearest last
   * @param enough rows of the node that are enough
   */
  private void visit(JsonNode node, List<JsonNode> filters, OptionalLong enough) {
    String type = node.path("type").asText();
    if (type.equals("LOGICAL_GET")) {
      scan(node, filters, enough);
    }
    List<JsonNode> below = new ArrayList<>();
    OptionalLong limit = OptionalLong.empty();
    switch (type) {
      case "LOGICAL_FILTER" -> {
        below.addAll(filters);
        below.add(node);
      }
      case "LOGICAL_LIMIT" -> limit = limited(node, enough);
      case "LOGICAL_PROJECTION" -> limit = enough;
      default -> {}
    }
    for (JsonNode child : node.path("children")) {
      visit(child, below, limit);
    }
    // Plans inside of others, such as of common tables, hang from other fields than the children.
    node.properties()
        .forEach(
            field -> {
              if (!field.getKey().equals("children")) {
                hidden(field.getValue());
              }
            });
  }

  private void hidden(JsonNode value) {
    if (value.path("type").asText().startsWith("LOGICAL_")) {
      visit(value, List.of(), OptionalLong.empty());
      return;
    }
    for (JsonNode child : value) {
      hidden(child);
    }
  }

  /**
   * How many rows below a limit are enough for so many above it: those that it lets through, and
   * those that it passes over. Without a bound that is known, all are needed.
   */
  private static OptionalLong limited(JsonNode node, OptionalLong enough) {
    JsonNode limit = node.path("limit_val");
    JsonNode offset = node.path("offset_val");
    OptionalLong most = unset(limit) ? enough : constant(limit);
    OptionalLong over = unset(offset) ? OptionalLong.of(0) : constant(offset);
    if (most.isEmpty() || over.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(least(enough, most).getAsLong() + over.getAsLong());
  }

  private static boolean unset(JsonNode bound) {
    String type = bound.path("type").asText();
    return type.isEmpty() || type.equals("UNSET");
  }

  private static OptionalLong constant(JsonNode bound) {
    JsonNode value = bound.path("constant_integer");
    boolean plain = bound.path("type").asText().equals("CONSTANT_VALUE");
    return plain && value.isIntegralNumber() && value.longValue() < Integer.MAX_VALUE
        ? OptionalLong.of(value.longValue())
        : OptionalLong.empty();
  }

  private static OptionalLong least(OptionalLong one, OptionalLong other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isPresent() ? one : other;
    }
    return OptionalLong.of(Math.min(one.getAsLong(), other.getAsLong()));
  }

  private void scan(JsonNode get, List<JsonNode> filters, OptionalLong enough) {
    String table = get.path("function_data").path("table").asText();
    Schema schema = schemas.get(table);
    if (schema == null) {
      return;
    }
    Scan scan = new Scan(get, schema);
    Expression rows = scan.filters();
    List<Integer> output = scan.output();
    for (int i = filters.size() - 1; i >= 0; i--) {
      JsonNode filter = filters.get(i);
      List<Integer> read = output;
      Conditions conditions =
          new Conditions(
              place -> place < read.size() ? scan.column(read.get(place)) : Optional.empty());
      for (JsonNode condition : filter.path("expressions")) {
        rows = Expressions.and(rows, conditions.expression(condition));
      }
      output = projected(output, filter.path("projection_map"));
    }
    boolean all = filters.isEmpty() && get.path("table_filters").path("filters").isEmpty();
    Demand demand = new Demand(rows, all ? enough : OptionalLong.empty(), scan.columns());
    demands.merge(table, demand, Demand::or);
  }

  private static List<Integer> projected(List<Integer> output, JsonNode places) {
    if (places.isEmpty()) {
      return output;
    }
    List<Integer> kept = new ArrayList<>();
    for (JsonNode place : places) {
      boolean known = place.isInt() && place.intValue() < output.size();
      kept.add(known ? output.get(place.intValue()) : Scan.UNKNOWN);
    }
    return kept;
  }

  /** One place where the plan reads a table. */
  private static final class Scan {
    static final int UNKNOWN = -1;

    private final JsonNode get;
    private final Schema schema;

    Scan(JsonNode get, Schema schema) {
      this.get = get;
      this.schema = schema;
    }

    /** The filters that the scan itself applies, by the place of a column among those it reads. */
    Expression filters() {
      Expression rows = Expressions.alwaysTrue();
      if (!get.path("table_filters_by_projection").asBoolean()) {
        return rows;
      }
      for (JsonNode entry : get.path("table_filters").path("filters")) {
        Optional<Conditions.Column> column = column(entry.path("key").asInt(0));
        if (column.isPresent()) {
          Conditions conditions = new Conditions(place -> Optional.empty());
          rows = Expressions.and(rows, conditions.filter(entry.path("value"), column.get()));
        }
      }
      return rows;
    }

    /** What the scan hands on, each as its place among the columns it reads. */
    List<Integer> output() {
      List<Integer> places = new ArrayList<>();
      JsonNode projected = get.path("projection_ids");
      for (JsonNode place : projected) {
        places.add(place.asInt(UNKNOWN));
      }
      for (int i = 0; projected.isEmpty() && i < get.path("column_indexes").size(); i++) {
        places.add(i);
      }
      return places;
    }

    /** The table's own columns that are read, be it a field inside of one. */
    Set<String> columns() {
      Set<String> columns = new HashSet<>();
      for (JsonNode read : get.path("column_indexes")) {
        field(read.path("index").asLong(0)).ifPresent(each -> columns.add(each.name()));
      }
      return columns;
    }

    private Optional<Types.NestedField> field(long index) {
      String name = get.path("names").path((int) Math.min(index, Integer.MAX_VALUE)).asText();
      return index >= 0 && name.matches("c[0-9]+")
          ? Optional.ofNullable(schema.findField(Integer.parseInt(name.substring(1))))
          : Optional.empty();
    }

    /** A column that the scan reads whole; a field taken out of one is not known by its number. */
    Optional<Conditions.Column> column(int place) {
      JsonNode read = get.path("column_indexes").path(place);
      long index = read.path("index").asLong(0);
      boolean whole =
          read.isObject() && (read.isEmpty() || (read.size() == 1 && read.has("index")));
      return whole
          ? field(index)
              .map(
                  each -> new Conditions.Column(schema.findColumnName(each.fieldId()), each.type()))
          : Optional.empty();
    }
  }
}
