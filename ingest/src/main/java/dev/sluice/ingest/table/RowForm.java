package dev.sluice.ingest.table;

import dev.sluice.ingest.stream.Stream;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.parquet.ParquetValueWriter;
import org.apache.parquet.schema.MessageType;

/** How rows of a kind are looked at and written. */
public interface RowForm<T> {

  /** The mark of rows that say nothing about their partition by a mark. */
  long UNMARKED = Long.MIN_VALUE;

  /** Rows of one mark belong to one partition: asking for the partition itself takes longer. */
  long mark(T row);

  /** What tells a row's partition; good until the next row. */
  StructLike view(T row);

  /** What writes rows into one file. */
  ParquetValueWriter<T> writer(MessageType type);

  /** Events of a stream, all of them set into this one row. */
  static RowForm<TableRow> of(Table table, Stream stream, TableRow row) {
    Schema schema = table.schema();
    LongSupplier marks = marks(table.spec(), row);
    RowView view = new RowView(schema, stream.fields(), row);
    return new RowForm<>() {
      @Override
      public long mark(TableRow same) {
        return marks.getAsLong();
      }

      @Override
      public StructLike view(TableRow same) {
        return view;
      }

      @Override
      public ParquetValueWriter<TableRow> writer(MessageType type) {
        return new RowWriter(type, stream, schema);
      }
    };
  }

  /** Rows of one hour are of one partition where it depends on nothing but the time. */
  private static LongSupplier marks(PartitionSpec spec, TableRow row) {
    FiledTime time = FiledTime.of(spec);
    if (!time.alone()) {
      return () -> UNMARKED;
    }
    return time.unit().filter(ChronoUnit.HOURS::equals).isPresent() ? row::hour : row::day;
  }

  /** Iceberg's generic records. */
  static RowForm<Record> ofRecords(Schema schema) {
    InternalRecordWrapper wrapper = new InternalRecordWrapper(schema.asStruct());
    return new RowForm<>() {
      @Override
      public long mark(Record row) {
        return UNMARKED;
      }

      @Override
      public StructLike view(Record row) {
        return wrapper.wrap((StructLike) row);
      }

      @Override
      public ParquetValueWriter<Record> writer(MessageType type) {
        return GenericParquetWriter.create(schema, type);
      }
    };
  }
}
