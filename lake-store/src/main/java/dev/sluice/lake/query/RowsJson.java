package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;

/**
 * Writes a result as JSON: {@code {"columns":[{"name","type"}],"rows":[[…]],…}}. Bounded in bytes;
 * what is cut off is told.
 */
final class RowsJson {
  private static final JsonFactory JSON = new JsonFactory();

  private final long byteLimit;

  RowsJson(long byteLimit) {
    this.byteLimit = byteLimit;
  }

  /**
   * @param omitted rows of the answer that are not among {@code rows}
   */
  String write(ResultSet rows, long omitted, int filesRead, long filesSkipped, long startNanos)
      throws SQLException, IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      String[] types = columns(json, rows.getMetaData());
      json.writeArrayFieldStart("rows");
      int count = 0;
      boolean full = false;
      while (!full && rows.next()) {
        full = bytes.size() + (long) json.getOutputBuffered() > byteLimit;
        if (!full) {
          row(json, rows, types);
          count++;
        }
      }
      json.writeEndArray();
      json.writeNumberField("rowCount", count);
      json.writeBooleanField("truncated", full || omitted > 0);
      json.writeNumberField(
          "elapsedMillis", Duration.ofNanos(System.nanoTime() - startNanos).toMillis());
      json.writeNumberField("filesRead", filesRead);
      json.writeNumberField("filesSkipped", filesSkipped);
      json.writeEndObject();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String[] columns(JsonGenerator json, ResultSetMetaData columns)
      throws SQLException, IOException {
    String[] types = new String[columns.getColumnCount()];
    json.writeArrayFieldStart("columns");
    for (int i = 0; i < types.length; i++) {
      types[i] = columns.getColumnTypeName(i + 1);
      json.writeStartObject();
      json.writeStringField("name", columns.getColumnName(i + 1));
      json.writeStringField("type", types[i]);
      json.writeEndObject();
    }
    json.writeEndArray();
    return types;
  }

  private static void row(JsonGenerator json, ResultSet rows, String[] types)
      throws SQLException, IOException {
    json.writeStartArray();
    for (int i = 0; i < types.length; i++) {
      ValueJson.write(json, value(rows, i + 1, types[i]));
    }
    json.writeEndArray();
  }

  /** A timestamp without a zone is asked for as such: else the JVM's own zone would meddle. */
  private static Object value(ResultSet rows, int column, String type) throws SQLException {
    return switch (type) {
      case "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S" ->
          rows.getObject(column, LocalDateTime.class);
      default -> rows.getObject(column);
    };
  }
}
