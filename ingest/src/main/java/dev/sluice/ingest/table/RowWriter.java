package dev.sluice.ingest.table;

import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.parquet.ParquetValueWriter;
import org.apache.iceberg.parquet.TripleWriter;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Writes rows into Parquet's columns, value by value, without an object in between. Columns of the
 * table that the stream does not declare, from an earlier declaration or by somebody's hand, are
 * null.
 */
final class RowWriter implements ParquetValueWriter<TableRow> {

  /** Puts a row's value into one column, or null. */
  private interface Column {
    void write(TableRow row, ColumnWriter[] into);
  }

  /** Puts a field's value, which is there, into its column. */
  private interface Value {
    void write(EventColumns event, int at, ColumnWriter into, int full);
  }

  /** Where in a column a null of its outermost level stands. */
  private static final int NULL = 0;

  private final List<ColumnDescriptor> leaves;
  private final ColumnWriter[] writers;
  private final Column[] columns;

  RowWriter(MessageType type, Stream stream, Schema schema) {
    this.leaves = type.getColumns();
    this.writers = new ColumnWriter[leaves.size()];
    List<Column> made = new ArrayList<>();
    int leaf = 0;
    for (Type column : type.getFields()) {
      int width = leavesOf(column.getName());
      made.add(column(column, stream, schema, leaf, width));
      leaf += width;
    }
    this.columns = made.toArray(Column[]::new);
  }

  private int leavesOf(String column) {
    return (int) leaves.stream().filter(leaf -> leaf.getPath()[0].equals(column)).count();
  }

  private Column column(Type type, Stream stream, Schema schema, int leaf, int width) {
    int full = leaves.get(leaf).getMaxDefinitionLevel();
    return switch (type.getName()) {
      case TableLayout.TIME -> (row, into) -> into[leaf].write(row.timeMicros(), 0, full);
      case TableLayout.TIME_FLAGGED -> (row, into) -> into[leaf].write(row.flagged(), 0, full);
      case TableLayout.RECEIVED_AT ->
          (row, into) -> into[leaf].write(row.receivedMicros(), 0, full);
      case TableLayout.SHARD -> (row, into) -> into[leaf].write(row.shard(), 0, full);
      case TableLayout.OFFSET -> (row, into) -> into[leaf].write(row.offset(), 0, full);
      case TableLayout.EXTRA -> (row, into) -> extras(row.event(), into, leaf);
      default -> {
        Optional<Field> field = stream.field(type.getName());
        Optional<ColumnFit.Way> way =
            field.map(f -> ColumnFit.way(f.type(), schema.findType(f.name())));
        // A row with a value for a column that cannot hold it is never made.
        yield way.isEmpty() || way.get() == ColumnFit.Way.NEVER
            ? (row, into) -> nulls(into, leaf, width)
            : field(
                value(field.get().type(), way.get()),
                stream.fields().indexOf(field.get()),
                leaf,
                full);
      }
    };
  }

  private static void nulls(ColumnWriter[] into, int leaf, int width) {
    for (int i = leaf; i < leaf + width; i++) {
      into[i].writeNull(0, NULL);
    }
  }

  private static Column field(Value value, int at, int leaf, int full) {
    return (row, into) -> {
      if (row.event().has(at)) {
        value.write(row.event(), at, into[leaf], full);
      } else {
        into[leaf].writeNull(0, NULL);
      }
    };
  }

  private static Value value(FieldType type, ColumnFit.Way way) {
    return switch (way) {
      case AS_IT_IS, NEVER -> value(type);
      case WHOLE_TO_INT -> (event, at, into, full) -> into.write((int) event.whole(at), 0, full);
      case WHOLE_TO_LONG -> (event, at, into, full) -> into.write(event.whole(at), 0, full);
      case WHOLE_TO_FLOAT ->
          (event, at, into, full) -> into.write((float) event.whole(at), 0, full);
      case WHOLE_TO_DOUBLE ->
          (event, at, into, full) -> into.write((double) event.whole(at), 0, full);
      case FRACTION_TO_INT ->
          (event, at, into, full) -> into.write((int) event.fraction(at), 0, full);
      case FRACTION_TO_LONG ->
          (event, at, into, full) -> into.write((long) event.fraction(at), 0, full);
      case FRACTION_TO_FLOAT ->
          (event, at, into, full) -> into.write((float) event.fraction(at), 0, full);
    };
  }

  private static Value value(FieldType type) {
    return switch (type) {
      case STRING ->
          (event, at, into, full) ->
              into.write(slice(event.bytes(), event.from(at), event.length(at)), 0, full);
      case INT -> (event, at, into, full) -> into.write((int) event.whole(at), 0, full);
      case LONG, TIMESTAMP -> (event, at, into, full) -> into.write(event.whole(at), 0, full);
      case DOUBLE -> (event, at, into, full) -> into.write(event.fraction(at), 0, full);
      case BOOLEAN -> (event, at, into, full) -> into.write(event.whole(at) == 1, 0, full);
      case UUID -> {
        byte[] bytes = new byte[2 * Long.BYTES];
        yield (event, at, into, full) -> {
          ByteBuffer.wrap(bytes).putLong(event.whole(at)).putLong(event.low(at));
          into.write(slice(bytes, 0, bytes.length), 0, full);
        };
      }
    };
  }

  /** The map of undeclared fields, a list of keys beside a list of values; null without any. */
  private void extras(EventColumns event, ColumnWriter[] into, int keys) {
    int values = keys + 1;
    if (event.extras() == 0) {
      nulls(into, keys, 2);
      return;
    }
    int keysFull = leaves.get(keys).getMaxDefinitionLevel();
    int valuesFull = leaves.get(values).getMaxDefinitionLevel();
    for (int i = 0; i < event.extras(); i++) {
      // The first entry begins the row's list.
      int repetition = i == 0 ? 0 : 1;
      Binary name = slice(event.bytes(), event.extraName(i), event.extraNameLength(i));
      Binary value = slice(event.bytes(), event.extraValue(i), event.extraValueLength(i));
      into[keys].write(name, repetition, keysFull);
      into[values].write(value, repetition, valuesFull);
    }
  }

  /** Parquet copies what it keeps of bytes that are not its own. */
  private static Binary slice(byte[] bytes, int from, int length) {
    return Binary.fromReusedByteArray(bytes, from, length);
  }

  @Override
  public void write(int repetition, TableRow row) {
    for (Column column : columns) {
      column.write(row, writers);
    }
  }

  /** Asked by writers around this one; there are none. */
  @Override
  public List<TripleWriter<?>> columns() {
    return List.of();
  }

  @Override
  public void setColumnStore(ColumnWriteStore store) {
    for (int i = 0; i < writers.length; i++) {
      writers[i] = store.getColumnWriter(leaves.get(i));
    }
  }
}
