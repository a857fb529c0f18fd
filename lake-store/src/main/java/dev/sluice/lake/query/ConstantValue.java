package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * A constant of DuckDB's plan as a value that Iceberg compares a column with. Only constants of the
 * very type of the column: where they differ, DuckDB would convert, and Iceberg perhaps otherwise.
 */
final class ConstantValue {
  private ConstantValue() {}

  /** The value, or nothing where it is null, of another type, or of one not compared here. */
  static Optional<Object> of(JsonNode constant, Type type) {
    JsonNode value = constant.path("value");
    if (constant.path("is_null").asBoolean(true) || !sameType(constant.path("type"), type)) {
      return Optional.empty();
    }
    return switch (type.typeId()) {
      case BOOLEAN -> value.isBoolean() ? Optional.of(value.booleanValue()) : Optional.empty();
      case INTEGER, DATE -> value.isInt() ? Optional.of(value.intValue()) : Optional.empty();
      case LONG, TIMESTAMP ->
          value.isIntegralNumber() && value.canConvertToLong()
              ? Optional.of(value.longValue())
              : Optional.empty();
      case FLOAT -> finite(value).map(number -> (Object) (float) number.doubleValue());
      case DOUBLE -> finite(value).map(number -> (Object) number);
      case STRING -> value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
      case DECIMAL ->
          value.isIntegralNumber()
              ? Optional.of(
                  new BigDecimal(value.bigIntegerValue(), ((Types.DecimalType) type).scale()))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Double> finite(JsonNode value) {
    return value.isNumber() && Double.isFinite(value.doubleValue())
        ? Optional.of(value.doubleValue())
        : Optional.empty();
  }

  private static boolean sameType(JsonNode given, Type type) {
    String id = given.path("id").asText();
    return switch (type.typeId()) {
      case BOOLEAN -> id.equals("BOOLEAN");
      case INTEGER -> id.equals("INTEGER");
      case LONG -> id.equals("BIGINT");
      case FLOAT -> id.equals("FLOAT");
      case DOUBLE -> id.equals("DOUBLE");
      case DATE -> id.equals("DATE");
      case STRING -> id.equals("VARCHAR") && given.path("type_info").isEmpty();
      case TIMESTAMP ->
          id.equals(
              ((Types.TimestampType) type).shouldAdjustToUTC()
                  ? "TIMESTAMP WITH TIME ZONE"
                  : "TIMESTAMP");
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        JsonNode info = given.path("type_info");
        yield id.equals("DECIMAL")
            && info.path("width").asInt() == decimal.precision()
            && info.path("scale").asInt() == decimal.scale();
      }
      default -> false;
    };
  }
}
