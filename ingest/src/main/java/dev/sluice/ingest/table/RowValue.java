package dev.sluice.ingest.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ingest.protocol.RowChecksum;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
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
      checksum.text(name, text);
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
      checksum.text(name, node.textValue());
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
