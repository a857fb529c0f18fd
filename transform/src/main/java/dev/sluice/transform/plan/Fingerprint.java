package dev.sluice.transform.plan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * What manifests say of one day's rows, whatever files they lie in: how many there are, how many
 * are deleted, and of each column how many values, the least and the greatest.
 *
 * <p>Rows that are added or taken away always show; files that are put together never do. Rows
 * exchanged for as many others within the same bounds do not show: that is no way for raw events to
 * change, and for tables of our own the ledger knows better.
 */
final class Fingerprint {
  private static final int HEX = 16;

  private final Schema schema;
  private final Map<Integer, Column> columns = new TreeMap<>();
  private long rows;
  private long deleted;

  Fingerprint(Schema schema) {
    this.schema = schema;
  }

  /** Values, not empties: a file from before the column came does not count those. */
  private static final class Column {
    private long values;
    private Object least;
    private Object greatest;
  }

  void add(ContentFile<?> file) {
    if (file.content() != FileContent.DATA) {
      deleted += file.recordCount();
      return;
    }
    rows += file.recordCount();
    Map<Integer, Long> values = orEmpty(file.valueCounts());
    Map<Integer, Long> empties = orEmpty(file.nullValueCounts());
    Map<Integer, ByteBuffer> lower = orEmpty(file.lowerBounds());
    Map<Integer, ByteBuffer> upper = orEmpty(file.upperBounds());
    for (Types.NestedField field : schema.columns()) {
      if (field.type().isPrimitiveType()) {
        int id = field.fieldId();
        Column column = columns.computeIfAbsent(id, key -> new Column());
        column.values += values.getOrDefault(id, 0L) - empties.getOrDefault(id, 0L);
        Type.PrimitiveType type = field.type().asPrimitiveType();
        column.least = extreme(type, column.least, lower.get(id), Comparators.forType(type));
        column.greatest =
            extreme(type, column.greatest, upper.get(id), Comparators.forType(type).reversed());
      }
    }
  }

  private static Object extreme(
      Type type, Object known, ByteBuffer bound, Comparator<Object> smallerFirst) {
    if (bound == null) {
      return known;
    }
    Object value = Conversions.fromByteBuffer(type, bound);
    return known == null || smallerFirst.compare(value, known) < 0 ? value : known;
  }

  private static <K, V> Map<K, V> orEmpty(Map<K, V> map) {
    return map == null ? Map.of() : map;
  }

  /** The same for the same rows, and as good as never for others. */
  String text() {
    StringBuilder words = new StringBuilder().append(rows).append(' ').append(deleted);
    columns.forEach(
        (id, column) -> {
          // A column that has no value yet is as good as none: one may be added at any time.
          if (column.values > 0) {
            words.append('\n').append(id).append(' ').append(column.values);
            words.append('\t').append(column.least).append('\t').append(column.greatest);
          }
        });
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(words.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, HEX);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
