package dev.sluice.lake.query;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.duckdb.JsonNode;

/**
 * One value as JSON. Whole numbers of any size are numbers; decimals are strings, for a JSON reader
 * would make binary fractions of them; {@code NaN} and the infinities are strings; times are
 * ISO-8601, with {@code Z} where the type has a zone; bytes are Base64; lists are arrays, structs
 * and maps are objects.
 */
final class ValueJson {
  private ValueJson() {}

  static void write(JsonGenerator json, Object value) throws IOException, SQLException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof BigDecimal decimal) {
      json.writeString(text(decimal));
    } else if (value instanceof Number number) {
      number(json, number);
    } else if (value instanceof Array list) {
      list(json, (Object[]) list.getArray());
    } else if (value instanceof DuckDBStruct struct) {
      object(json, struct.getMap());
    } else if (value instanceof Map<?, ?> map) {
      object(json, map);
    } else if (value instanceof Blob blob) {
      json.writeBinary(blob.getBytes(1, Math.toIntExact(blob.length())));
    } else if (value instanceof JsonNode document) {
      json.writeRawValue(document.toString());
    } else {
      json.writeString(text(value));
    }
  }

  private static void number(JsonGenerator json, Number number) throws IOException {
    if (number instanceof Double || number instanceof Float) {
      fraction(json, number);
    } else if (number instanceof BigInteger large) {
      json.writeNumber(large);
    } else {
      json.writeNumber(number.longValue());
    }
  }

  private static void fraction(JsonGenerator json, Number number) throws IOException {
    double value = number.doubleValue();
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      json.writeString(Double.toString(value));
    } else if (number instanceof Float narrow) {
      json.writeNumber(narrow);
    } else {
      json.writeNumber(value);
    }
  }

  private static void list(JsonGenerator json, Object[] items) throws IOException, SQLException {
    json.writeStartArray();
    for (Object item : items) {
      write(json, item);
    }
    json.writeEndArray();
  }

  private static void object(JsonGenerator json, Map<?, ?> entries)
      throws IOException, SQLException {
    json.writeStartObject();
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      json.writeFieldName(text(entry.getKey()));
      write(json, entry.getValue());
    }
    json.writeEndObject();
  }

  /** A value that is neither a container nor bytes, in the words of its JSON. */
  static String text(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof OffsetDateTime moment) {
      return moment.toInstant().toString();
    }
    if (value instanceof Timestamp wall) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(wall.toLocalDateTime());
    }
    if (value instanceof LocalDateTime wall) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(wall);
    }
    if (value instanceof LocalTime time) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
    }
    return value.toString();
  }
}
