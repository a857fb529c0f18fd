package dev.sluice.ingest.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ingest.protocol.RowChecksum;
import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.UuidText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;

/** How a value, decoded from the log or read from a file, counts into its row's checksum. */
public final class RowValue {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The place, mixed into every value instead; and what follows from other columns by a rule that
   * may change.
   */
  private static final Set<String> LEFT_OUT =
      Set.of(TableLayout.SHARD, TableLayout.OFFSET, TableLayout.TIME, TableLayout.TIME_FLAGGED);

  private RowValue() {}

  /** The checksum of a row as a file holds it. */
  public static long checksum(Record row, int shard, long offset) {
    RowChecksum checksum = new RowChecksum(shard, offset);
    int index = 0;
    for (Types.NestedField column : row.struct().fields()) {
      Object value = row.get(index++);
      if (value == null || LEFT_OUT.contains(column.name())) {
        continue;
      }
      if (column.name().equals(TableLayout.EXTRA)) {
        ((Map<?, ?>) value)
            .forEach((key, text) -> countJson(checksum, key.toString(), text.toString()));
      } else {
        count(checksum, column.name(), value);
      }
    }
    return checksum.sum();
  }

  static void count(RowChecksum checksum, String name, Object value) {
    if (value instanceof String text) {
      countText(checksum, name, text);
    } else if (value instanceof UUID uuid) {
      checksum.uuid(name, uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    } else if (value instanceof Long number) {
      checksum.whole(name, number);
    } else if (value instanceof Integer number) {
      checksum.whole(name, number);
    } else if (value instanceof Double number) {
      checksum.fraction(name, number);
    } else if (value instanceof Float number) {
      checksum.fraction(name, number);
    } else if (value instanceof Boolean truth) {
      checksum.truth(name, truth);
    } else if (value instanceof Instant time) {
      checksum.time(name, time);
    } else if (value instanceof OffsetDateTime time) {
      checksum.time(name, time.toInstant());
    } else {
      checksum.text(name, value.toString());
    }
  }

  /** A string that reads as a UUID counts as one: it may have a column of that type tomorrow. */
  static void countText(RowChecksum checksum, String name, byte[] bytes, int from, int length) {
    if (length == UuidText.LENGTH && UuidText.is(bytes, from)) {
      checksum.uuid(name, UuidText.high(bytes, from), UuidText.low(bytes, from));
    } else {
      checksum.text(name, bytes, from, length);
    }
  }

  private static void countText(RowChecksum checksum, String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    countText(checksum, name, bytes, 0, bytes.length);
  }

  /** An undeclared field of an event, most often plain text or a plain number. */
  static void countExtra(RowChecksum checksum, EventColumns event, int extra) {
    byte[] bytes = event.bytes();
    String name = text(bytes, event.extraName(extra), event.extraNameLength(extra));
    int from = event.extraValue(extra);
    int length = event.extraValueLength(extra);
    if (bytes[from] == '"' && !escaped(bytes, from, length)) {
      countText(checksum, name, bytes, from + 1, length - 2);
    } else {
      countJson(checksum, name, text(bytes, from, length));
    }
  }

  private static boolean escaped(byte[] bytes, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (bytes[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  private static String text(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }

  /**
   * An undeclared field counts as it would in a column of its own; an object or a list counts as
   * its text.
   */
  static void countJson(RowChecksum checksum, String name, String json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      checksum.text(name, json);
      return;
    }
    if (node.isTextual()) {
      countText(checksum, name, node.textValue());
    } else if (node.isBoolean()) {
      checksum.truth(name, node.booleanValue());
    } else if (node.canConvertToExactIntegral() && node.canConvertToLong()) {
      checksum.whole(name, node.longValue());
    } else if (node.isNumber()) {
      checksum.fraction(name, node.doubleValue());
    } else if (!node.isNull()) {
      checksum.text(name, json);
    }
  }
}
