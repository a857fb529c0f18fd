package dev.sluice.ingest.bench;

import java.io.IOException;
import java.util.BitSet;
import java.util.UUID;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Reads a table through Iceberg's own reader: every event is there, once, and values of it too.
 *
 * @param files live data files
 * @param bytes and their size
 */
record RowProof(int files, long bytes) {

  /** Fails unless the table holds exactly the first events. */
  static RowProof of(Table table, Clicks clicks, int events) throws IOException {
    table.refresh();
    BitSet seen = new BitSet(events);
    long rows = 0;
    long dwellMillis = 0;
    try (CloseableIterable<Record> records =
        IcebergGenerics.read(table).select("event_id", "dwell_millis").build()) {
      for (Record each : records) {
        long event = clicks.ids().event(UUID.fromString(each.getField("event_id").toString()));
        if (event < 0 || event >= events) {
          throw new AssertionError("a row that is no event: " + each);
        }
        seen.set((int) event);
        dwellMillis += (Long) each.getField("dwell_millis");
        rows++;
      }
    }
    long expected = 0;
    for (int i = 0; i < events; i++) {
      expected += clicks.dwellMillis(i);
    }
    if (rows != events || seen.cardinality() != events || dwellMillis != expected) {
      throw new AssertionError(
          rows + " rows of " + seen.cardinality() + " events, " + events + " are in the log");
    }
    return sizes(table);
  }

  private static RowProof sizes(Table table) throws IOException {
    int files = 0;
    long bytes = 0;
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        files++;
        bytes += task.file().fileSizeInBytes();
      }
    }
    return new RowProof(files, bytes);
  }
}
