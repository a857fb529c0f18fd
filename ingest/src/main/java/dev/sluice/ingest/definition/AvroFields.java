package dev.sluice.ingest.definition;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.ingest.stream.FieldType;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The fields of a stream as an Avro schema declares them. */
final class AvroFields {

  /** A map of strings by this name takes undeclared fields along. */
  private static final String EXTRA = "_extra";

  private AvroFields() {}

  /** As a definition lists fields. */
  static ArrayNode of(String json) {
    Schema schema;
    try {
      schema = new Schema.Parser().parse(json);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("schema: no Avro schema: " + e.getMessage(), e);
    }
    ArrayNode fields = JsonNodeFactory.instance.arrayNode();
    for (Schema.Field field : schema.getFields()) {
      if (field.name().equals(EXTRA) && field.schema().getType() == Schema.Type.MAP) {
        continue;
      }
      boolean nullable = field.schema().isNullable();
      fields
          .addObject()
          .put("name", field.name())
          .put("type", type(field).wireName())
          .put("required", !nullable && !field.hasDefaultValue());
    }
    return fields;
  }

  private static FieldType type(Schema.Field field) {
    Schema schema = field.schema();
    if (schema.getType() == Schema.Type.UNION) {
      List<Schema> others =
          schema.getTypes().stream().filter(each -> each.getType() != Schema.Type.NULL).toList();
      if (others.size() != 1) {
        throw refused(field, "a union of several types", "give it one type, and null beside it");
      }
      schema = others.get(0);
    }
    String logical = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal) {
      return FieldType.DOUBLE;
    }
    return switch (schema.getType()) {
      case STRING -> logical.equals("uuid") ? FieldType.UUID : FieldType.STRING;
      case ENUM -> FieldType.STRING;
      case INT ->
          logical.equals("date") ? FieldType.TIMESTAMP : plain(field, logical, FieldType.INT);
      case LONG ->
          logical.startsWith("timestamp-")
              ? FieldType.TIMESTAMP
              : plain(field, logical, FieldType.LONG);
      case FLOAT, DOUBLE -> FieldType.DOUBLE;
      case BOOLEAN -> FieldType.BOOLEAN;
      case FIXED -> {
        if (logical.equals("uuid")) {
          yield FieldType.UUID;
        }
        throw refused(field, "a fixed", "only a uuid may be one");
      }
      case BYTES -> throw refused(field, "bytes", "a column of text or numbers is wanted");
      case RECORD, ARRAY, MAP -> throw nested(field, schema);
      case NULL, UNION -> throw refused(field, "always null", "give it a type");
    };
  }

  private static FieldType plain(Schema.Field field, String logical, FieldType type) {
    if (logical.startsWith("time-") || logical.startsWith("local-")) {
      throw refused(field, "a " + logical, "a time of no day, or of no zone, has no column here");
    }
    return type;
  }

  private static IllegalArgumentException nested(Schema.Field field, Schema schema) {
    return refused(
        field,
        "nested (" + schema.getType().getName() + ")",
        "a stream's fields are flat: leave it out, and it is kept as its JSON text in _extra");
  }

  private static IllegalArgumentException refused(Schema.Field field, String what, String todo) {
    return new IllegalArgumentException(
        "schema: the field " + field.name() + " is " + what + "; " + todo);
  }
}
