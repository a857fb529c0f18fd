package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.LogShard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Where the row of an offset is.
 *
 * @param table the table's name in its catalog
 * @param since the snapshot that first had it, where it is still kept
 */
public record RowPlace(String table, Optional<Snapshot> since) {
  public RowPlace {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(since, "since");
  }

  /** Reads the few files that may hold it. */
  public static Optional<RowPlace> find(Table table, LogShard shard, long offset) {
    try (CloseableIterable<FileScanTask> tasks =
        table
            .newScan()
            .filter(
                Expressions.and(
                    Expressions.equal(TableLayout.SHARD, shard.partition()),
                    Expressions.equal(TableLayout.OFFSET, offset)))
            .planFiles()) {
      for (FileScanTask task : tasks) {
        if (holds(table, task, shard.partition(), offset)) {
          return Optional.of(new RowPlace(table.name(), since(table, task.file(), shard, offset)));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holds(Table table, FileScanTask task, int partition, long offset)
      throws IOException {
    try (CloseableIterable<Record> rows =
        FileRows.of(table, task, table.schema().select(TableLayout.SHARD, TableLayout.OFFSET))) {
      for (Record row : rows) {
        if (Objects.equals(row.getField(TableLayout.SHARD), partition)
            && Objects.equals(row.getField(TableLayout.OFFSET), offset)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * The snapshot that brought the file, unless that merged files that were there before: then the
   * one whose interval has the offset.
   */
  private static Optional<Snapshot> since(Table table, DataFile file, LogShard shard, long offset) {
    Optional<Snapshot> took = Optional.empty();
    for (Snapshot snapshot : table.snapshots()) {
      if (file.fileSequenceNumber() != null
          && snapshot.sequenceNumber() == file.fileSequenceNumber()
          && !snapshot.operation().equals(DataOperations.REPLACE)) {
        return Optional.of(snapshot);
      }
      String note = snapshot.summary().get(shard.propertyKey());
      if (note != null && covers(note, offset)) {
        took = Optional.of(snapshot);
      }
    }
    return took;
  }

  private static boolean covers(String note, long offset) {
    Map<String, String> fields = TableProgress.fields(note);
    try {
      return Long.parseLong(fields.getOrDefault("from", "")) <= offset
          && offset < Long.parseLong(fields.getOrDefault("to", ""));
    } catch (NumberFormatException e) {
      // Not written by a worker: it says nothing of any offset.
      return false;
    }
  }
}
