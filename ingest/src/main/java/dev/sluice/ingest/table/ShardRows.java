package dev.sluice.ingest.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/** Some columns of one shard's rows, from the files of the snapshot the table was loaded with. */
public final class ShardRows {

  /** What takes a row and when the log received it. */
  public interface Taker {
    void take(Record row, long receivedMillis);
  }

  private final Table table;
  private final int shard;
  private final Schema columns;

  public ShardRows(Table table, int shard, List<String> columns) {
    this.table = table;
    this.shard = shard;
    List<String> all = new ArrayList<>(columns);
    all.add(TableLayout.SHARD);
    all.add(TableLayout.RECEIVED_AT);
    this.columns = table.schema().select(all);
  }

  /** Gives the rows received then or later, file by file in the order of their first receipts. */
  public void since(long receivedMillis, Taker taker) {
    for (FileScanTask task : files(receivedMillis)) {
      try (CloseableIterable<Record> rows = FileRows.of(table, task, columns)) {
        for (Record row : rows) {
          OffsetDateTime received = (OffsetDateTime) row.getField(TableLayout.RECEIVED_AT);
          long millis = received.toInstant().toEpochMilli();
          if ((Integer) row.getField(TableLayout.SHARD) == shard && millis >= receivedMillis) {
            taker.take(row, millis);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private List<FileScanTask> files(long receivedMillis) {
    List<FileScanTask> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table
            .newScan()
            .includeColumnStats()
            .filter(
                Expressions.and(
                    Expressions.equal(TableLayout.SHARD, shard),
                    Expressions.greaterThanOrEqual(
                        TableLayout.RECEIVED_AT, receivedMillis * 1_000)))
            .planFiles()) {
      tasks.forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int column = table.schema().findField(TableLayout.RECEIVED_AT).fieldId();
    files.sort(Comparator.comparingLong(task -> first(task.file(), column)));
    return files;
  }

  private static long first(DataFile file, int column) {
    if (file.lowerBounds() == null || !file.lowerBounds().containsKey(column)) {
      return Long.MIN_VALUE;
    }
    Long micros =
        Conversions.fromByteBuffer(Types.TimestampType.withZone(), file.lowerBounds().get(column));
    return micros;
  }
}
