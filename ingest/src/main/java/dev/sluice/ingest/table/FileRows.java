package dev.sluice.ingest.table;

import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;

/** The live rows of one data file: those that no delete file takes away. */
public final class FileRows {

  private FileRows() {}

  /** Reads these columns; rows may come with more, where delete files speak of them. */
  public static CloseableIterable<Record> of(Table table, FileScanTask task, Schema columns) {
    DataFile file = task.file();
    GenericDeleteFilter deletes =
        new GenericDeleteFilter(table.io(), task, table.schema(), columns);
    return deletes.filter(
        FormatModelRegistry.<Record, Schema>readBuilder(
                file.format(), Record.class, table.io().newInputFile(file.location()))
            .project(deletes.requiredSchema())
            .build());
  }
}
