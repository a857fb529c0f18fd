package dev.sluice.ingest.table;

import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * A row as Iceberg looks at it to say which partition it belongs to: values by position, in
 * Iceberg's own representation. Columns the stream does not declare are null in it.
 */
final class RowView implements StructLike {

  private final TableRow row;
  private final List<Supplier<Object>> columns;

  RowView(Schema schema, List<Field> fields, TableRow row) {
    this.row = row;
    this.columns = schema.columns().stream().map(column -> value(column, fields)).toList();
  }

  @Override
  public int size() {
    return columns.size();
  }

  @Override
  public <T> T get(int position, Class<T> type) {
    return type.cast(columns.get(position).get());
  }

  private Supplier<Object> value(Types.NestedField column, List<Field> fields) {
    return switch (column.name()) {
      case TableLayout.TIME -> row::timeMicros;
      case TableLayout.TIME_FLAGGED -> row::flagged;
      case TableLayout.RECEIVED_AT -> row::receivedMicros;
      case TableLayout.SHARD -> row::shard;
      case TableLayout.OFFSET -> row::offset;
      default -> {
        for (int i = 0; i < fields.size(); i++) {
          if (fields.get(i).name().equals(column.name())) {
            yield field(fields.get(i).type(), i, column.type());
          }
        }
        yield () -> null;
      }
    };
  }

  private Supplier<Object> field(FieldType type, int at, Type column) {
    EventColumns event = row.event();
    ColumnFit.Way way = ColumnFit.way(type, column);
    if (way == ColumnFit.Way.NEVER) {
      return () -> null;
    }
    if (way != ColumnFit.Way.AS_IT_IS) {
      return () -> event.has(at) ? ColumnFit.value(event, at, way) : null;
    }
    return () -> event.has(at) ? value(event, type, at) : null;
  }

  private static Object value(EventColumns event, FieldType type, int at) {
    return switch (type) {
      case STRING ->
          new String(event.bytes(), event.from(at), event.length(at), StandardCharsets.UTF_8);
      case INT -> (int) event.whole(at);
      case LONG, TIMESTAMP -> event.whole(at);
      case DOUBLE -> event.fraction(at);
      case BOOLEAN -> event.whole(at) == 1;
      case UUID -> new UUID(event.whole(at), event.low(at));
    };
  }

  @Override
  public <T> void set(int position, T value) {
    throw new UnsupportedOperationException("a view of a row is read only");
  }
}
