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
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;

/**
 * The Parquet files of one interval of one table, one open file per partition. When more partitions
 * are touched than files may be open, all are closed and begun again: memory stays bounded and the
 * interval goes on.
 */
public final class IntervalFiles<T> {

  // Half of the budget that a worker's open files share in the worst case; a file of an interval is
  // smaller anyway.
  private static final String ROW_GROUP_BYTES = Integer.toString(16 << 20);

  private final Table table;
  private final RowForm<T> form;
  private final Map<String, String> settings;
  private final int openFilesMax;
  private final OutputFileFactory names;
  private final PartitionKey key;
  private final Map<PartitionKey, DataWriter<T>> open = new HashMap<>();
  private final List<DataFile> closed = new ArrayList<>();

  /**
   * Files of rows of this form.
   *
   * @param settings Iceberg's write properties that go before the table's own
   */
  public IntervalFiles(
      Table table, RowForm<T> form, Map<String, String> settings, UUID id, int openFilesMax) {
    this.table = table;
    this.form = form;
    this.settings = Map.copyOf(settings);
    this.openFilesMax = openFilesMax;
    this.names =
        OutputFileFactory.builderFor(table, 0, 0)
            .format(FileFormat.PARQUET)
            .operationId(id.toString())
            .build();
    this.key = new PartitionKey(table.spec(), table.schema());
  }

  public void add(T row) {
    key.partition(form.view(row));
    DataWriter<T> writer = open.get(key);
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

  private DataWriter<T> begin(PartitionKey partition) {
    try {
      return Parquet.writeData(names.newOutputFile(table.spec(), partition))
          .setAll(table.properties())
          .set(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, ROW_GROUP_BYTES)
          .setAll(settings)
          .schema(table.schema())
          .metricsConfig(MetricsConfig.forTable(table))
          .createWriterFunc(form::writer)
          .withSpec(table.spec())
          .withPartition(partition)
          .withSortOrder(table.sortOrder())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Closes what is open and names all files: they lie in the store, and no table knows of them yet.
   */
  public List<DataFile> finish() {
    closeAll();
    return List.copyOf(closed);
  }

  private void closeAll() {
    for (DataWriter<T> writer : open.values()) {
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
