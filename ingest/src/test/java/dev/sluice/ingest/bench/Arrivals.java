package dev.sluice.ingest.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.IncrementalAppendScan;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;

/** Follows a table from snapshot to snapshot, and reads of each new row when it was sent. */
final class Arrivals {
  private static final String SENT = "event_time";

  private final Table table;
  private final BiConsumer<Instant, Duration> sentAndTook;
  private long newest = -1;
  private long rows;

  /** The consumer hears of each row when it was sent, and how long after that it was seen. */
  Arrivals(Table table, BiConsumer<Instant, Duration> sentAndTook) {
    this.table = table;
    this.sentAndTook = sentAndTook;
  }

  /** Rows seen so far. */
  long rows() {
    return rows;
  }

  /** Reads what has become visible since the last look. */
  void look() throws IOException {
    table.refresh();
    Instant seen = Instant.now();
    Snapshot current = table.currentSnapshot();
    if (current == null || current.snapshotId() == newest) {
      return;
    }
    IncrementalAppendScan scan = table.newIncrementalAppendScan().toSnapshot(current.snapshotId());
    if (newest != -1) {
      scan = scan.fromSnapshotExclusive(newest);
    }
    newest = current.snapshotId();
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
    for (DataFile file : files) {
      read(file, seen);
    }
  }

  private void read(DataFile file, Instant seen) throws IOException {
    Schema sent = table.schema().select(SENT);
    try (CloseableIterable<Record> records =
        Parquet.read(table.io().newInputFile(file.location()))
            .project(sent)
            .createReaderFunc(type -> GenericParquetReaders.buildReader(sent, type))
            .reuseContainers()
            .build()) {
      for (Record each : records) {
        Instant at = ((OffsetDateTime) each.getField(SENT)).toInstant();
        sentAndTook.accept(at, Duration.between(at, seen));
        rows++;
      }
    }
  }
}
