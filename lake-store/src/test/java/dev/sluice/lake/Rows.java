package dev.sluice.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.TypeUtil;

/** Writes and reads rows with Iceberg's own writers and readers. */
public final class Rows {
  private Rows() {}

  /** A data file of the table's present schema, not committed. */
  public static DataFile file(Table table, List<Map<String, Object>> rows) {
    String name = "data/" + UUID.randomUUID() + ".parquet";
    DataWriter<Record> writer;
    try {
      writer =
          Parquet.writeData(
                  table.io().newOutputFile(table.locationProvider().newDataLocation(name)))
              .schema(table.schema())
              .createWriterFunc(GenericParquetWriter::create)
              .withSpec(PartitionSpec.unpartitioned())
              .overwrite()
              .build();
      try (writer) {
        for (Map<String, Object> row : rows) {
          writer.write(GenericRecord.create(table.schema()).copy(row));
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return writer.toDataFile();
  }

  public static void append(Table table, List<Map<String, Object>> rows) {
    table.newAppend().appendFile(file(table, rows)).commit();
  }

  /** A file that deletes the rows equal to one in the given fields, not committed. */
  public static DeleteFile equalityDelete(
      Table table, List<Integer> fieldIds, Map<String, Object> row) throws IOException {
    Schema schema = TypeUtil.select(table.schema(), Set.copyOf(fieldIds));
    String name = "data/" + UUID.randomUUID() + "-deletes.parquet";
    EqualityDeleteWriter<Record> writer =
        Parquet.writeDeletes(
                table.io().newOutputFile(table.locationProvider().newDataLocation(name)))
            .rowSchema(schema)
            .createWriterFunc(GenericParquetWriter::create)
            .withSpec(PartitionSpec.unpartitioned())
            .equalityFieldIds(fieldIds)
            .overwrite()
            .buildEqualityWriter();
    try (writer) {
      writer.write(GenericRecord.create(schema).copy(row));
    }
    return writer.toDeleteFile();
  }

  public static long count(Table table) {
    long count = 0;
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
      for (Record record : records) {
        count += record == null ? 0 : 1;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return count;
  }
}
