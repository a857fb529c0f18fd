package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;

/** One table at one snapshot: its columns and the files that hold its rows. */
record PlannedTable(
    TableIdentifier identifier,
    Schema schema,
    FileIO files,
    List<DataFileRef> dataFiles,
    long skipped) {

  /** A data file, by what is needed to read it. */
  record DataFileRef(String location, long length) {}

  PlannedTable {
    dataFiles = List.copyOf(dataFiles);
  }

  /** The table's columns, none of its rows. */
  static PlannedTable columnsOf(TableFinder.Found found) {
    return new PlannedTable(
        found.identifier(), found.table().schema(), found.table().io(), List.of(), 0);
  }

  /** The table with those files of its current snapshot that may have rows that are wanted. */
  static PlannedTable plan(TableFinder.Found found, Demand demand, int maxFiles)
      throws RefusedQueryException {
    Table table = found.table();
    List<DataFileRef> planned = new ArrayList<>();
    long total = total(table);
    if (demand.nothing()) {
      return new PlannedTable(found.identifier(), table.schema(), table.io(), planned, total);
    }
    long rows = 0;
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().filter(demand.rows()).planFiles()) {
      for (FileScanTask task : tasks) {
        requireReadable(found.identifier(), task);
        if (planned.size() >= maxFiles) {
          throw new RefusedQueryException(
              Reason.NOT_ALLOWED,
              "the query would read more than " + maxFiles + " files (sql.max-files)");
        }
        planned.add(new DataFileRef(task.file().location(), task.file().fileSizeInBytes()));
        rows += task.file().recordCount();
        if (demand.enough().isPresent() && rows >= demand.enough().getAsLong()) {
          break;
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return new PlannedTable(
        found.identifier(), table.schema(), table.io(), planned, total - planned.size());
  }

  /** The data files of the snapshot, as its manifests count them. */
  private static long total(Table table) {
    Snapshot snapshot = table.currentSnapshot();
    long total = 0;
    if (snapshot != null) {
      for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
        total += count(manifest.addedFilesCount()) + count(manifest.existingFilesCount());
      }
    }
    return total;
  }

  private static long count(Integer files) {
    return files == null ? 0 : files;
  }

  private static void requireReadable(TableIdentifier table, FileScanTask task)
      throws RefusedQueryException {
    DataFile file = task.file();
    if (!task.deletes().isEmpty()) {
      throw new RefusedQueryException(
          Reason.UNSUPPORTED,
          TableName.shown(table)
              + " has delete files, which SQL here does not apply yet; compact the table first");
    }
    if (file.format() != FileFormat.PARQUET) {
      throw new RefusedQueryException(
          Reason.UNSUPPORTED,
          TableName.shown(table) + " has " + file.format() + " files; only Parquet is read here");
    }
  }
}
