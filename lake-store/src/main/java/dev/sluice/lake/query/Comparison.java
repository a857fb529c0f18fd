package dev.sluice.lake.query;

import java.util.Optional;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * A comparison of a column with a constant. To DuckDB NaN is greater than every number, and zero is
 * one number; to Iceberg's statistics NaN is no number, and zeros have signs. So what is said to
 * Iceberg is wider where it must be.
 */
enum Comparison {
  EQUAL,
  NOT_EQUAL,
  LESS,
  LESS_OR_EQUAL,
  GREATER,
  GREATER_OR_EQUAL;

  static Optional<Comparison> named(String type) {
    return switch (type) {
      case "COMPARE_EQUAL", "COMPARE_NOT_DISTINCT_FROM" -> Optional.of(EQUAL);
      case "COMPARE_NOTEQUAL" -> Optional.of(NOT_EQUAL);
      case "COMPARE_LESSTHAN" -> Optional.of(LESS);
      case "COMPARE_LESSTHANOREQUALTO" -> Optional.of(LESS_OR_EQUAL);
      case "COMPARE_GREATERTHAN" -> Optional.of(GREATER);
      case "COMPARE_GREATERTHANOREQUALTO" -> Optional.of(GREATER_OR_EQUAL);
      default -> Optional.empty();
    };
  }

  Comparison negated() {
    return switch (this) {
      case EQUAL -> NOT_EQUAL;
      case NOT_EQUAL -> EQUAL;
      case LESS -> GREATER_OR_EQUAL;
      case LESS_OR_EQUAL -> GREATER;
      case GREATER -> LESS_OR_EQUAL;
      case GREATER_OR_EQUAL -> LESS;
    };
  }

  /** The same with both sides exchanged. */
  Comparison mirrored() {
    return switch (this) {
      case EQUAL -> EQUAL;
      case NOT_EQUAL -> NOT_EQUAL;
      case LESS -> GREATER;
      case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
      case GREATER -> LESS;
      case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
    };
  }

  /** Holds for every row for which DuckDB's comparison does. */
  Expression of(String column, Object value) {
    if (value instanceof Double number) {
      return fraction(column, number == 0 ? -0.0d : number, number == 0 ? 0.0d : number);
    }
    if (value instanceof Float number) {
      return fraction(column, number == 0 ? -0.0f : number, number == 0 ? 0.0f : number);
    }
    return exact(column, value);
  }

  private Expression exact(String column, Object value) {
    return switch (this) {
      case EQUAL -> Expressions.equal(column, value);
      case NOT_EQUAL -> Expressions.notEqual(column, value);
      case LESS -> Expressions.lessThan(column, value);
      case LESS_OR_EQUAL -> Expressions.lessThanOrEqual(column, value);
      case GREATER -> Expressions.greaterThan(column, value);
      case GREATER_OR_EQUAL -> Expressions.greaterThanOrEqual(column, value);
    };
  }

  private Expression fraction(String column, Object low, Object high) {
    return switch (this) {
      case EQUAL ->
          low.equals(high)
              ? Expressions.equal(column, low)
              : Expressions.and(
                  Expressions.greaterThanOrEqual(column, low),
                  Expressions.lessThanOrEqual(column, high));
      case NOT_EQUAL -> Expressions.notNull(column);
      case LESS -> Expressions.lessThan(column, high);
      case LESS_OR_EQUAL -> Expressions.lessThanOrEqual(column, high);
      case GREATER ->
          Expressions.or(Expressions.greaterThan(column, low), Expressions.isNaN(column));
      case GREATER_OR_EQUAL ->
          Expressions.or(Expressions.greaterThanOrEqual(column, low), Expressions.isNaN(column));
    };
  }
}
