package dev.sluice.lake.query;

import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * SQL that makes a table's column from a file whose column is of another shape: fields inside
 * structs are found by their ids, at any depth, and those that the file has not are null, or their
 * default.
 */
final class Reshaping {
  private final FileShape shape;
  private int variables;

  Reshaping(FileShape shape) {
    this.shape = shape;
  }

  String column(Types.NestedField field) {
    return shape
        .column(field.fieldId())
        .map(
            node ->
                "CAST("
                    + of(field.type(), node, SqlText.name(node.name()))
                    + " AS "
                    + ColumnType.of(field.type())
                    + ")")
        .orElseGet(() -> absent(field));
  }

  private String of(Type type, FileShape.Node node, String value) {
    return switch (type.typeId()) {
      case STRUCT ->
          "CASE WHEN "
              + value
              + " IS NULL THEN NULL ELSE struct_pack("
              + type.asStructType().fields().stream()
                  .map(field -> SqlText.name(field.name()) + " := " + field(field, node, value))
                  .collect(Collectors.joining(", "))
              + ") END";
      case LIST -> {
        Types.ListType list = type.asListType();
        yield transformed(
            value, variable -> inside(node, list.elementId(), list.elementType(), variable));
      }
      case MAP -> {
        Types.MapType map = type.asMapType();
        yield "map_from_entries("
            + transformed(
                "map_entries(" + value + ")",
                entry ->
                    "struct_pack(k := "
                        + inside(
                            node,
                            map.keyId(),
                            map.keyType(),
                            "struct_extract(" + entry + ", 'key')")
                        + ", v := "
                        + inside(
                            node,
                            map.valueId(),
                            map.valueType(),
                            "struct_extract(" + entry + ", 'value')")
                        + ")")
            + ")";
      }
      default -> value;
    };
  }

  private String transformed(String list, UnaryOperator<String> element) {
    String variable = "x" + variables++;
    return "list_transform(" + list + ", lambda " + variable + ": " + element.apply(variable) + ")";
  }

  private String inside(FileShape.Node node, int fieldId, Type type, String value) {
    return FileShape.inside(node, fieldId).map(part -> of(type, part, value)).orElse(value);
  }

  private String field(Types.NestedField field, FileShape.Node node, String value) {
    Optional<FileShape.Node> child = node.child(field.fieldId());
    return child
        .map(
            part ->
                of(
                    field.type(),
                    part,
                    "struct_extract(" + value + ", " + SqlText.literal(part.name()) + ")"))
        .orElseGet(() -> absent(field));
  }

  /** A column that a file was written before. */
  private static String absent(Types.NestedField field) {
    String type = ColumnType.of(field.type());
    return field.initialDefault() == null
        ? "NULL::" + type
        : "CAST("
            + SqlText.literal(DefaultText.of(field.type(), field.initialDefault()))
            + " AS "
            + type
            + ")";
  }
}
