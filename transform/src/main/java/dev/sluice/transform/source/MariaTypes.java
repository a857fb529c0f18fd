package dev.sluice.transform.source;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** What MariaDB's and MySQL's types are in the lake. */
final class MariaTypes {
  private static final DataType UNSIGNED_LONG = DataTypes.createDecimalType(20, 0);

  private MariaTypes() {}

  static CopiedColumn copied(SourceColumn column, String name) {
    boolean unsigned = column.declared().contains("unsigned");
    return switch (column.type()) {
      // The width in tinyint(1) bounds nothing: 2 is a value of it.
      case "tinyint", "smallint", "mediumint" -> whole(column, name, DataTypes.IntegerType);
      case "int" -> whole(column, name, unsigned ? DataTypes.LongType : DataTypes.IntegerType);
      case "year" -> whole(column, name, DataTypes.IntegerType);
      case "bigint" ->
          unsigned
              ? said(column, "CAST(" + name + " AS CHAR)", UNSIGNED_LONG)
              : whole(column, name, DataTypes.LongType);
      case "decimal" -> said(column, "CAST(" + name + " AS CHAR)", number(column));
      // A float's own text has six digits of it; times one it is a double with all of them.
      case "float" -> read(column, name + " * 1e0", DataTypes.FloatType);
      case "double" -> read(column, name + " * 1e0", DataTypes.DoubleType);
      case "bit" -> bits(column, name);
      case "date" -> calendar(column, name, DataTypes.DateType);
      case "datetime" -> calendar(column, name, DataTypes.TimestampNTZType);
      // Zero is no moment: the type begins one second later.
      case "timestamp" ->
          new CopiedColumn(
              column,
              "CAST(NULLIF(UNIX_TIMESTAMP(" + name + "), 0) * 1000000 AS SIGNED)",
              DataTypes.TimestampType,
              Values.instant(),
              Optional.empty());
      case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" ->
          read(column, name, DataTypes.BinaryType);
      case "geometry", "point", "linestring", "polygon", "geometrycollection" ->
          read(column, "ST_AsBinary(" + name + ")", DataTypes.BinaryType);
      case "multipoint", "multilinestring", "multipolygon" ->
          read(column, "ST_AsBinary(" + name + ")", DataTypes.BinaryType);
      case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set" ->
          said(column, "CONVERT(" + name + " USING utf8mb4)", DataTypes.StringType);
      default -> said(column, "CAST(" + name + " AS CHAR)", DataTypes.StringType);
    };
  }

  private static CopiedColumn whole(SourceColumn column, String name, DataType type) {
    return read(column, "CAST(" + name + " AS SIGNED)", type);
  }

  private static CopiedColumn read(SourceColumn column, String read, DataType type) {
    return with(column, read, type, Values.as(type));
  }

  private static CopiedColumn said(SourceColumn column, String read, DataType type) {
    return with(column, read, type, Values.said(type, column.name()));
  }

  /** The zero day, and others that no calendar has, become nothing. */
  private static CopiedColumn calendar(SourceColumn column, String name, DataType type) {
    return with(column, "CAST(" + name + " AS CHAR)", type, Values.saidOrNothing(type));
  }

  private static CopiedColumn bits(SourceColumn column, String name) {
    int bits = column.precision().orElse(1);
    if (bits == 1) {
      return read(column, "CAST(" + name + " + 0 AS SIGNED)", DataTypes.BooleanType);
    }
    return bits < Long.SIZE
        ? whole(column, name + " + 0", DataTypes.LongType)
        : said(column, "CAST(" + name + " + 0 AS CHAR)", UNSIGNED_LONG);
  }

  private static DataType number(SourceColumn column) {
    int digits = column.precision().orElse(10);
    int scale = column.scale().orElse(0);
    return digits > DecimalType.MAX_PRECISION()
        ? DataTypes.StringType
        : DataTypes.createDecimalType(digits, scale);
  }

  private static CopiedColumn with(
      SourceColumn column, String read, DataType type, UnaryOperator<Column> value) {
    return new CopiedColumn(column, read, type, value, Optional.empty());
  }
}
