package dev.sluice.lake.query;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A column of an answer: its name, and its type in DuckDB's words. */
record Column(String name, String type) {
  /** Those whose values are all of one length; of the others one value may be of any. */
  private static final Set<String> SHORT =
      Set.of(
          "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT",
          "FLOAT",
          "DOUBLE",
          "DATE",
          "TIME",
          "TIME_NS",
          "TIME WITH TIME ZONE",
          "TIMESTAMP",
          "TIMESTAMP_S",
          "TIMESTAMP_MS",
          "TIMESTAMP_NS",
          "TIMESTAMP WITH TIME ZONE",
          "INTERVAL",
          "UUID",
          "ENUM",
          "\"NULL\"");

  /** An item of a list takes a few letters in writing and an object in memory. */
  private static final int WEIGHT_OF_NESTED = 8;

  static List<Column> of(ResultSetMetaData described) throws SQLException {
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= described.getColumnCount(); i++) {
      columns.add(new Column(described.getColumnName(i), described.getColumnTypeName(i)));
    }
    return columns;
  }

  boolean ofAnyLength() {
    return !SHORT.contains(type) && !type.startsWith("DECIMAL");
  }

  /** SQL for about how many bytes a value takes. */
  String length(String reference) {
    String length =
        switch (type) {
          case "VARCHAR" -> "strlen(" + reference + ")";
          case "BLOB" -> "octet_length(" + reference + ")";
          default -> WEIGHT_OF_NESTED + " * strlen(CAST(" + reference + " AS VARCHAR))";
        };
    return "coalesce(" + length + ", 0)";
  }
}
