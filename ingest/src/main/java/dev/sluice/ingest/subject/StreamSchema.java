package dev.sluice.ingest.subject;

import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The Avro schema that a stream's fields make. */
final class StreamSchema {
  private static final String NAMESPACE = "sluice";
  private static final String EXTRA = "_extra";

  private StreamSchema() {}

  static Schema of(Stream stream) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Field field : stream.fields()) {
      Schema type = type(field.type());
      fields.add(
          field.required()
              ? new Schema.Field(field.name(), type)
              : new Schema.Field(
                  field.name(),
                  Schema.createUnion(Schema.create(Schema.Type.NULL), type),
                  null,
                  Schema.Field.NULL_DEFAULT_VALUE));
    }
    fields.add(
        new Schema.Field(
            EXTRA,
            Schema.createMap(Schema.create(Schema.Type.STRING)),
            "undeclared fields, each as its JSON text",
            Map.of()));
    return Schema.createRecord(stream.tableName(), null, NAMESPACE, false, fields);
  }

  private static Schema type(FieldType type) {
    return switch (type) {
      case STRING -> Schema.create(Schema.Type.STRING);
      case LONG -> Schema.create(Schema.Type.LONG);
      case INT -> Schema.create(Schema.Type.INT);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case TIMESTAMP -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case UUID -> LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
    };
  }
}
