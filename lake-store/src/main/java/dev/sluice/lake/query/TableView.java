package dev.sluice.lake.query;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * A table of the lake as a view in DuckDB. Its columns are found in the files by their field ids,
 * so a renamed column keeps its old rows and one added later is null (or its default) in older
 * files.
 */
final class TableView {
  private TableView() {}

  static String schemaOf(TableIdentifier identifier) {
    return "CREATE SCHEMA IF NOT EXISTS lake." + SqlText.name(identifier.namespace().toString());
  }

  static String create(TableIdentifier identifier, Schema schema, List<Path> files) {
    return named(identifier) + (files.isEmpty() ? empty(schema) : reading(schema, files));
  }

  /** The beginning of what makes a view of that name. */
  static String named(TableIdentifier identifier) {
    return "CREATE VIEW " + qualified(identifier) + " AS ";
  }

  static String drop(TableIdentifier identifier) {
    return "DROP VIEW " + qualified(identifier);
  }

  private static String qualified(TableIdentifier identifier) {
    return "lake."
        + SqlText.name(identifier.namespace().toString())
        + "."
        + SqlText.name(identifier.name());
  }

  static String list(List<Path> files) {
    return files.stream()
        .map(path -> SqlText.literal(path.toString()))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String empty(Schema schema) {
    return schema.columns().stream()
        .map(field -> "NULL::" + ColumnType.of(field.type()) + " AS " + SqlText.name(field.name()))
        .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
  }

  private static String reading(Schema schema, List<Path> files) {
    String columns =
        schema.columns().stream().map(TableView::column).collect(Collectors.joining(", "));
    return "SELECT * FROM read_parquet(" + list(files) + ", schema=MAP {" + columns + "})";
  }

  private static String column(Types.NestedField field) {
    String preset =
        field.initialDefault() == null
            ? "NULL"
            : SqlText.literal(DefaultText.of(field.type(), field.initialDefault()));
    return field.fieldId()
        + ": {name: "
        + SqlText.literal(field.name())
        + ", type: "
        + SqlText.literal(ColumnType.of(field.type()))
        + ", default_value: "
        + preset
        + "}";
  }
}
