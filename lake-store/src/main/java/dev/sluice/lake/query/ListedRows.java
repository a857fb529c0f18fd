package dev.sluice.lake.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.query.QueryOutcome.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.ByteBuffers;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Hands rows that lie in no file to DuckDB: each as one JSON text, which DuckDB takes apart. Bytes
 * become hexadecimal text.
 */
final class ListedRows {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String STAGE = "stage";

  private ListedRows() {}

  /** The columns with no rows: what is selected from before it is known which rows are wanted. */
  static Schema readable(Schema schema) {
    return new Schema(
        schema.columns().stream()
            .map(
                field ->
                    Types.NestedField.optional(field.fieldId(), field.name(), text(field.type())))
            .toList());
  }

  /** Makes the table, with all rows, up to a bound. */
  static void make(Connection connection, Relation.Listed listed, int bound)
      throws SQLException, IOException, RefusedQueryException {
    String stage = new Place(Place.OWN, STAGE).quoted();
    try (Statement statement = connection.createStatement()) {
      statement.execute(listed.place().schemaSql());
      statement.execute("CREATE TABLE " + stage + "(j VARCHAR)");
      append(connection, listed, bound);
      Schema schema = readable(listed.schema());
      String type =
          schema.columns().stream()
              .map(field -> SqlText.name(field.name()) + " " + ColumnType.of(field.type()))
              .collect(Collectors.joining(", ", "STRUCT(", ")"));
      statement.execute(
          "CREATE TABLE "
              + listed.place().quoted()
              + " AS SELECT unnest(CAST(CAST(j AS JSON) AS "
              + type
              + ")) FROM "
              + stage);
      statement.execute("DROP TABLE " + stage);
    }
  }

  private static void append(Connection connection, Relation.Listed listed, int bound)
      throws SQLException, IOException, RefusedQueryException {
    DuckDBConnection duck = connection.unwrap(DuckDBConnection.class);
    int count = 0;
    try (DuckDBAppender appender = duck.createAppender("lake", Place.OWN, STAGE);
        CloseableIterable<StructLike> rows = listed.rows().open()) {
      for (StructLike row : rows) {
        if (++count > bound) {
          throw new RefusedQueryException(
              Reason.NOT_ALLOWED, "the list has more than " + bound + " rows (sql.max-listed)");
        }
        String text = MAPPER.writeValueAsString(struct(listed.schema().asStruct(), row));
        appender.beginRow().append(text).endRow();
      }
    }
  }

  private static Type text(Type type) {
    return switch (type.typeId()) {
      case BINARY, FIXED -> Types.StringType.get();
      case LIST -> {
        Types.ListType list = type.asListType();
        yield Types.ListType.ofOptional(list.elementId(), text(list.elementType()));
      }
      case MAP -> {
        Types.MapType map = type.asMapType();
        yield Types.MapType.ofOptional(
            map.keyId(), map.valueId(), text(map.keyType()), text(map.valueType()));
      }
      case STRUCT ->
          Types.StructType.of(
              type.asStructType().fields().stream()
                  .map(
                      field ->
                          Types.NestedField.optional(
                              field.fieldId(), field.name(), text(field.type())))
                  .toList());
      default -> type;
    };
  }

  private static ObjectNode struct(Types.StructType type, StructLike row) {
    ObjectNode object = JSON.objectNode();
    List<Types.NestedField> fields = type.fields();
    for (int i = 0; i < fields.size(); i++) {
      object.set(fields.get(i).name(), value(fields.get(i).type(), row.get(i, Object.class)));
    }
    return object;
  }

  private static JsonNode value(Type type, Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    return switch (type.typeId()) {
      case STRUCT -> struct(type.asStructType(), (StructLike) value);
      case LIST -> {
        ArrayNode array = JSON.arrayNode();
        for (Object item : (Iterable<?>) value) {
          array.add(value(type.asListType().elementType(), item));
        }
        yield array;
      }
      case MAP -> {
        ObjectNode object = JSON.objectNode();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          object.set(
              entry.getKey().toString(), value(type.asMapType().valueType(), entry.getValue()));
        }
        yield object;
      }
      case BOOLEAN -> JSON.booleanNode((Boolean) value);
      case INTEGER, LONG -> JSON.numberNode(((Number) value).longValue());
      case BINARY, FIXED -> JSON.textNode(HexFormat.of().formatHex(bytes(value)));
      case STRING, UUID, FLOAT, DOUBLE, DECIMAL -> JSON.textNode(value.toString());
      default ->
          JSON.textNode(
              value instanceof OffsetDateTime moment
                  ? moment.toInstant().toString()
                  : Transforms.identity().toHumanString(type, value));
    };
  }

  private static byte[] bytes(Object value) {
    return value instanceof ByteBuffer buffer ? ByteBuffers.toByteArray(buffer) : (byte[]) value;
  }
}
