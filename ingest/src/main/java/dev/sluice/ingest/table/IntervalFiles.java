package dev.sluice.ingest.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileWriterFactory;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * The Parquet files of one interval of one table, one open file per partition. When more partitions
 * are touched than files may be open, all are closed and begun again: memory stays bounded and the
 * interval goes on.
 */
public final class IntervalFiles {

  // Half of the budget that a worker's open files share in the worst case; a file of an interval is
  // smaller anyway.
  private static final String ROW_GROUP_BYTES = Integer.toString(16 << 20);

  private final Table table;
  private final int openFilesMax;
  private final OutputFileFactory names;
  private final FileWriterFactory<Record> writers;
  private final InternalRecordWrapper wrapper;
  private final PartitionKey key;
  private final Map<PartitionKey, DataWriter<Record>> open = new HashMap<>();
  private final List<DataFile> closed = new ArrayList<>();

  public IntervalFiles(Table table, UUID id, int openFilesMax) {
    this.table = table;
    this.openFilesMax = openFilesMax;
    this.names =
        OutputFileFactory.builderFor(table, 0, 0)
            .format(FileFormat.PARQUET)
            .operationId(id.toString())
            .build();
    this.writers =
        new GenericFileWriterFactory.Builder(table)
            .dataFileFormat(FileFormat.PARQUET)
            .dataSchema(table.schema())
            .writerProperties(Map.of(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, ROW_GROUP_BYTES))
            .build();
    this.wrapper = new InternalRecordWrapper(table.schema().asStruct());
    this.key = new PartitionKey(table.spec(), table.schema());
  }

  public void add(Record row) {
    StructLike wrapped = wrapper.wrap((StructLike) row);
    key.partition(wrapped);
    DataWriter<Record> writer = open.get(key);
    if (writer == null) {
      if (open.size() >= openFilesMax) {
        closeAll();
      }
      PartitionKey partition = key.copy();
      writer = begin(partition);
      open.put(partition, writer);
    }
    writer.write(row);
  }

  private DataWriter<Record> begin(PartitionKey partition) {
    return writers.newDataWriter(
        names.newOutputFile(table.spec(), partition), table.spec(), partition);
  }

  /**
   * Closes what is open and names all files: they lie in the store, and no table knows of them yet.
   */
  public List<DataFile> finish() {
    closeAll();
    return List.copyOf(closed);
  }

  private void closeAll() {
    for (DataWriter<Record> writer : open.values()) {
      try {
        writer.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      closed.add(writer.toDataFile());
    }
    open.clear();
  }

  /**
   * Deletes the files. Only for files that no commit request has ever named: one that has may still
   * land.
   */
  public void discard() {
    try {
      finish();
    } finally {
      closed.forEach(file -> table.io().deleteFile(file.location()));
      closed.clear();
    }
  }
}
