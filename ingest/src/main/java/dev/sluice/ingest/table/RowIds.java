package dev.sluice.ingest.table;

import dev.sluice.ingest.recent.CommittedIds;
import dev.sluice.ingest.recent.IdHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/** The ids of one shard's rows, from the files of the snapshot the table was loaded with. */
public final class RowIds implements CommittedIds {

  private final Table table;
  private final int shard;
  private final String idColumn;

  public RowIds(Table table, int shard, String idColumn) {
    this.table = table;
    this.shard = shard;
    this.idColumn = idColumn;
  }

  @Override
  public void since(long receivedMillis, Taker taker) {
    Schema columns = table.schema().select(idColumn, TableLayout.SHARD, TableLayout.RECEIVED_AT);
    IdHash hash = new IdHash();
    for (FileScanTask task : files(receivedMillis)) {
      try (CloseableIterable<Record> rows = FileRows.of(table, task, columns)) {
        for (Record row : rows) {
          Object id = row.getField(idColumn);
          OffsetDateTime received = (OffsetDateTime) row.getField(TableLayout.RECEIVED_AT);
          long millis = received.toInstant().toEpochMilli();
          if (id != null
              && (Integer) row.getField(TableLayout.SHARD) == shard
              && millis >= receivedMillis) {
            taker.take(set(hash, id), millis);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Those that may hold such rows, by the receipt of their first ones. */
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

  private static IdHash set(IdHash hash, Object id) {
    if (id instanceof Long number) {
      return hash.whole(number);
    }
    if (id instanceof UUID uuid) {
      return hash.uuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }
    byte[] text = id.toString().getBytes(StandardCharsets.UTF_8);
    return hash.text(text, 0, text.length);
  }
}
