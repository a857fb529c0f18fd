package dev.sluice.transform.source;

import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;

/**
 * A column on its way into the lake.
 *
 * @param from what the source calls it
 * @param read the server's SQL for the value, in a form that no driver changes
 * @param type in the lake
 * @param value what was read, as a value of the type
 * @param fits a condition in the server's SQL that is false of a value that the type cannot hold
 */
record CopiedColumn(
    SourceColumn from,
    String read,
    DataType type,
    UnaryOperator<Column> value,
    Optional<String> fits) {
  /** What the lake calls it. */
  String name() {
    return lakeName(from.name());
  }

  /** A name that needs no quotes: {@code Order Id} is {@code order_id}. */
  static String lakeName(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    return plain.matches("[a-z_].*") ? plain : "_" + plain;
  }
}
