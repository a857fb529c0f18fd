package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;

/**
 * DuckDB's bound conditions as Iceberg's expressions. What comes out holds for every row for which
 * the condition holds, and may hold for more: what is not understood is taken to hold. So a NOT is
 * carried down to what it stands over, for the negation of something wider would be narrower.
 */
final class Conditions {
  /** Iceberg's statistics look at no more values than this, and a longer list only costs. */
  private static final int MAX_VALUES = 200;

  /** A column by its name in the table's schema. */
  record Column(String name, Type type) {}

  private final IntFunction<Optional<Column>> columns;

  /**
   * @param columns those that a condition refers to by their place in what it reads
   */
  Conditions(IntFunction<Optional<Column>> columns) {
    this.columns = columns;
  }

  /** A filter that a scan applies to one column. */
  Expression filter(JsonNode filter, Column column) {
    String kind = filter.path("filter_type").asText();
    return switch (kind.startsWith("LEGACY_") ? kind.substring("LEGACY_".length()) : kind) {
      case "CONSTANT_COMPARISON" ->
          compare(filter.path("comparison_type").asText(), column, filter.path("constant"), false);
      case "IS_NULL" -> Expressions.isNull(column.name());
      case "IS_NOT_NULL" -> Expressions.notNull(column.name());
      case "IN_FILTER" -> in(column, filter.path("values"));
      case "OPTIONAL_FILTER" -> filter(filter.path("child_filter"), column);
      case "CONJUNCTION_AND" -> {
        Expression all = Expressions.alwaysTrue();
        for (JsonNode child : filter.path("child_filters")) {
          all = Expressions.and(all, filter(child, column));
        }
        yield all;
      }
      case "CONJUNCTION_OR" -> {
        Expression any = Expressions.alwaysFalse();
        for (JsonNode child : filter.path("child_filters")) {
          any = Expressions.or(any, filter(child, column));
        }
        yield any;
      }
      case "EXPRESSION_FILTER" ->
          new Conditions(index -> index == 0 ? Optional.of(column) : Optional.empty())
              .expression(filter.path("expr"));
      default -> Expressions.alwaysTrue();
    };
  }

  Expression expression(JsonNode node) {
    return of(node, false);
  }

  private Expression of(JsonNode node, boolean negated) {
    JsonNode children = node.path("children");
    return switch (node.path("type").asText()) {
      case "CONJUNCTION_AND" -> join(children, negated, !negated);
      case "CONJUNCTION_OR" -> join(children, negated, negated);
      case "OPERATOR_NOT" -> of(children.path(0), !negated);
      case "OPERATOR_IS_NULL" -> nullness(children.path(0), !negated);
      case "OPERATOR_IS_NOT_NULL" -> nullness(children.path(0), negated);
      case "COMPARE_IN" -> membership(children, negated);
      case "COMPARE_NOT_IN" -> membership(children, !negated);
      case "BOUND_REF" ->
          column(node)
              .filter(column -> column.type().typeId() == Type.TypeID.BOOLEAN)
              .map(column -> Comparison.EQUAL.of(column.name(), !negated))
              .orElse(Expressions.alwaysTrue());
      case "BOUND_FUNCTION" -> function(node, negated);
      default -> comparison(node, negated);
    };
  }

  private Expression join(JsonNode children, boolean negated, boolean all) {
    Expression joined = all ? Expressions.alwaysTrue() : Expressions.alwaysFalse();
    for (JsonNode child : children) {
      Expression one = of(child, negated);
      joined = all ? Expressions.and(joined, one) : Expressions.or(joined, one);
    }
    return children.isEmpty() ? Expressions.alwaysTrue() : joined;
  }

  private Expression nullness(JsonNode operand, boolean isNull) {
    return column(operand)
        .map(
            column ->
                (Expression)
                    (isNull
                        ? Expressions.isNull(column.name())
                        : Expressions.notNull(column.name())))
        .orElse(Expressions.alwaysTrue());
  }

  private Expression comparison(JsonNode node, boolean negated) {
    String type = node.path("type").asText();
    JsonNode sides =
        node.path("children").size() == 2 ? node.path("children") : MissingNode.getInstance();
    Optional<Column> left = column(sides.path(0));
    Optional<Column> right = column(sides.path(1));
    if (left.isPresent() && constant(sides.path(1))) {
      return compare(type, left.get(), sides.path(1).path("value"), negated);
    }
    if (right.isPresent() && constant(sides.path(0))) {
      return Comparison.named(type)
          .map(
              comparison ->
                  compare(comparison.mirrored(), right.get(), sides.path(0).path("value"), negated))
          .orElse(Expressions.alwaysTrue());
    }
    return Expressions.alwaysTrue();
  }

  private static Expression compare(
      String type, Column column, JsonNode constant, boolean negated) {
    boolean alsoNull = negated && type.equals("COMPARE_NOT_DISTINCT_FROM");
    return Comparison.named(type)
        .filter(known -> !alsoNull)
        .map(comparison -> compare(comparison, column, constant, negated))
        .orElse(Expressions.alwaysTrue());
  }

  private static Expression compare(
      Comparison comparison, Column column, JsonNode constant, boolean negated) {
    Comparison meant = negated ? comparison.negated() : comparison;
    return ConstantValue.of(constant, column.type())
        .map(value -> meant.of(column.name(), value))
        .orElse(Expressions.alwaysTrue());
  }

  private Expression membership(JsonNode children, boolean negated) {
    Optional<Column> column = column(children.path(0));
    if (column.isEmpty()) {
      return Expressions.alwaysTrue();
    }
    List<JsonNode> constants = new ArrayList<>();
    for (int i = 1; i < children.size(); i++) {
      if (!constant(children.path(i))) {
        return Expressions.alwaysTrue();
      }
      constants.add(children.path(i).path("value"));
    }
    return negated ? Expressions.notNull(column.get().name()) : in(column.get(), constants);
  }

  private static Expression in(Column column, Iterable<JsonNode> constants) {
    Expression any = Expressions.alwaysFalse();
    int count = 0;
    List<Object> values = new ArrayList<>();
    for (JsonNode constant : constants) {
      Optional<Object> value = ConstantValue.of(constant, column.type());
      if (value.isEmpty() || ++count > MAX_VALUES) {
        return Expressions.alwaysTrue();
      }
      values.add(value.get());
    }
    boolean fractions =
        column.type().typeId() == Type.TypeID.FLOAT || column.type().typeId() == Type.TypeID.DOUBLE;
    if (!fractions) {
      return values.isEmpty()
          ? Expressions.alwaysTrue()
          : Expressions.in(column.name(), values.toArray());
    }
    for (Object value : values) {
      any = Expressions.or(any, Comparison.EQUAL.of(column.name(), value));
    }
    return values.isEmpty() ? Expressions.alwaysTrue() : any;
  }

  private Expression function(JsonNode node, boolean negated) {
    JsonNode path = node.path("qname").path("path");
    JsonNode arguments = node.path("children");
    Optional<Column> column = column(arguments.path(0));
    if (arguments.size() != 2
        || column.isEmpty()
        || column.get().type().typeId() != Type.TypeID.STRING
        || !constant(arguments.path(1))) {
      return Expressions.alwaysTrue();
    }
    Optional<Object> text = ConstantValue.of(arguments.path(1).path("value"), column.get().type());
    String name = path.path(path.size() - 1).asText();
    boolean prefix = name.equals("starts_with") || name.equals("prefix") || name.equals("^@");
    boolean like = name.equals("~~") && !negated;
    if (text.isEmpty() || (!prefix && !like)) {
      return Expressions.alwaysTrue();
    }
    String start = like ? beforeWildcard((String) text.get()) : (String) text.get();
    if (start.isEmpty()) {
      return Expressions.alwaysTrue();
    }
    return negated
        ? Expressions.notStartsWith(column.get().name(), start)
        : Expressions.startsWith(column.get().name(), start);
  }

  private static String beforeWildcard(String pattern) {
    int end = 0;
    while (end < pattern.length() && pattern.charAt(end) != '%' && pattern.charAt(end) != '_') {
      end++;
    }
    return pattern.substring(0, end);
  }

  private static boolean constant(JsonNode node) {
    return node.path("type").asText().equals("VALUE_CONSTANT");
  }

  private Optional<Column> column(JsonNode node) {
    return node.path("type").asText().equals("BOUND_REF")
        ? columns.apply(node.path("index").asInt(0))
        : Optional.empty();
  }
}
