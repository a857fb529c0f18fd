package dev.sluice.transform.care;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * What a reader of a table's closed days meets.
 *
 * @param planning seconds until a scan of them is planned
 */
record Look(long files, long bytes, long deleteFiles, double planning) {

  static Look at(Table table, ClosedDays days) {
    if (table.currentSnapshot() == null) {
      return new Look(0, 0, 0, 0);
    }
    long start = System.nanoTime();
    long files = 0;
    long bytes = 0;
    Set<String> deletes = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().filter(days.filter()).planFiles()) {
      for (FileScanTask task : tasks) {
        files++;
        bytes += task.file().fileSizeInBytes();
        for (DeleteFile delete : task.deletes()) {
          deletes.add(delete.location());
        }
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return new Look(files, bytes, deletes.size(), Patient.secondsSince(start));
  }
}
