package dev.sluice.transform.source;

import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * What PostgreSQL's types are in the lake. Times travel as microseconds and numbers as texts: what
 * a driver or a time zone would change on the way never sees them.
 */
final class PostgresTypes {
  /** What a number without declared digits may have, to be a number in the lake. */
  static final DecimalType UNBOUNDED = DataTypes.createDecimalType(38, 18);

  private PostgresTypes() {}

  static CopiedColumn copied(SourceColumn column, String name) {
    if (column.element().isPresent()) {
      return array(column, name);
    }
    return switch (column.type()) {
      case "bool" -> plain(column, name, DataTypes.BooleanType);
      case "int2", "int4" -> plain(column, name, DataTypes.IntegerType);
      case "int8" -> plain(column, name, DataTypes.LongType);
      case "oid" -> plain(column, name + "::bigint", DataTypes.LongType);
      case "float4" -> plain(column, name, DataTypes.FloatType);
      case "float8" -> plain(column, name, DataTypes.DoubleType);
      case "bytea" -> plain(column, name, DataTypes.BinaryType);
      case "date" ->
          new CopiedColumn(column, day(name), DataTypes.DateType, Values.day(), Optional.empty());
      case "timestamp" ->
          new CopiedColumn(
              column, time(name), DataTypes.TimestampNTZType, Values.wallTime(), Optional.empty());
      case "timestamptz" ->
          new CopiedColumn(
              column, time(name), DataTypes.TimestampType, Values.instant(), Optional.empty());
      default -> said(column, name, ofText(column));
    };
  }

  /** A number without declared digits, as a decimal. */
  static Optional<CopiedColumn> ifItFits(SourceColumn column, String name) {
    if (!column.type().equals("numeric") || column.precision().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        new CopiedColumn(
            column,
            name + "::text",
            UNBOUNDED,
            Values.said(UNBOUNDED, column.name()),
            Optional.of(name + " = round(" + name + ", 18) AND abs(" + name + ") < 1e20")));
  }

  /** Microseconds since 1970, whatever the calendar's year. */
  static String micros(String time) {
    return "(extract(epoch FROM date_trunc('minute', %1$s))::bigint * 1000000 + extract(microseconds FROM %1$s)::bigint)"
        .formatted(time);
  }

  /** The type of what the server writes as text. */
  private static DataType ofText(SourceColumn column) {
    return switch (column.type()) {
      case "numeric" -> number(column);
      case "money" -> UNBOUNDED;
      default -> DataTypes.StringType;
    };
  }

  /** A scale below zero has no digits after the point; one above the digits has more of them. */
  private static DataType number(SourceColumn column) {
    if (column.precision().isEmpty()) {
      return DataTypes.StringType;
    }
    int scale = column.scale().orElse(0);
    int digits = Math.max(column.precision().get() - Math.min(scale, 0), scale);
    return digits > DecimalType.MAX_PRECISION()
        ? DataTypes.StringType
        : DataTypes.createDecimalType(digits, Math.max(scale, 0));
  }

  private static CopiedColumn plain(SourceColumn column, String read, DataType type) {
    return new CopiedColumn(column, read, type, Values.as(type), Optional.empty());
  }

  private static CopiedColumn said(SourceColumn column, String name, DataType type) {
    String read = column.type().equals("money") ? name + "::numeric::text" : name + "::text";
    return new CopiedColumn(column, read, type, Values.said(type, column.name()), Optional.empty());
  }

  /** Arrays of one dimension: the others have no type that says how deep they are. */
  private static CopiedColumn array(SourceColumn column, String name) {
    DataType element =
        switch (column.element().orElseThrow()) {
          case "bool" -> DataTypes.BooleanType;
          case "int2", "int4" -> DataTypes.IntegerType;
          case "int8" -> DataTypes.LongType;
          case "float4" -> DataTypes.FloatType;
          case "float8" -> DataTypes.DoubleType;
          case "date" -> DataTypes.DateType;
          case "timestamp" -> DataTypes.TimestampNTZType;
          case "timestamptz" -> DataTypes.TimestampType;
          case "numeric" -> number(column);
          default -> DataTypes.StringType;
        };
    return new CopiedColumn(
        column,
        "array_to_json(" + name + "::text[])::text",
        DataTypes.createArrayType(element),
        Values.array(Values.said(element, column.name())),
        Optional.of("coalesce(array_ndims(" + name + "), 1) = 1"));
  }

  private static String day(String name) {
    return "CASE WHEN %1$s IS NULL THEN NULL WHEN isfinite(%1$s) THEN %1$s - DATE '1970-01-01' WHEN %1$s > DATE '1970-01-01' THEN %2$d ELSE %3$d END"
        .formatted(name, Values.LAST_DAY, Values.FIRST_DAY);
  }

  private static String time(String name) {
    return "CASE WHEN %1$s IS NULL THEN NULL WHEN isfinite(%1$s) THEN %2$s WHEN %1$s > TIMESTAMP '1970-01-01' THEN %3$d ELSE %4$d END"
        .formatted(name, micros(name), Values.LAST_MICROS, Values.FIRST_MICROS);
  }
}
