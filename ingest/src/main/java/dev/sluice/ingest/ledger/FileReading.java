package dev.sluice.ingest.ledger;

import dev.sluice.ingest.table.FileRows;
import dev.sluice.ingest.table.RowValue;
import dev.sluice.ingest.table.TableLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** Reads all live data files of a table's current snapshot, row by row. */
final class FileReading {

  private final Table table;
  private final Findings findings;
  private final Depth depth;
  private final Map<Integer, ShardFiles> shards = new TreeMap<>();
  private final List<Map<Integer, ShardFiles>> holdings;
  private long files;
  private long rows;

  FileReading(Table table, Findings findings, Depth depth) {
    this(table, findings, depth, Optional.empty());
  }

  /**
   * A reading of one of several tables.
   *
   * @param together what all of them hold, to which this one's is added
   */
  FileReading(
      Table table, Findings findings, Depth depth, Optional<Map<Integer, ShardFiles>> together) {
    this.holdings = together.map(all -> List.of(shards, all)).orElse(List.of(shards));
    this.table = table;
    this.findings = findings;
    this.depth = depth;
  }

  void read() {
    each(
        table,
        findings,
        (file, row) -> {
          rows++;
          Integer shard = (Integer) row.getField(TableLayout.SHARD);
          Long offset = (Long) row.getField(TableLayout.OFFSET);
          if (shard == null || offset == null || shard < 0 || offset < 0) {
            findings.wrong(
                "row-without-place", file.location(), "_shard " + shard + ", _offset " + offset);
            return;
          }
          long checksum = checksum(row, shard, offset);
          for (Map<Integer, ShardFiles> into : holdings) {
            into.computeIfAbsent(shard, number -> new ShardFiles())
                .add(file.location(), offset, checksum);
          }
        });
  }

  private long checksum(Record row, Integer shard, Long offset) {
    return depth == Depth.VALUES ? RowValue.checksum(row, shard, offset) : 0;
  }

  /** Gives every live row with the file it lies in; a file that cannot be read is a finding. */
  private void each(Table from, Findings into, BiConsumer<DataFile, Record> taker) {
    try (CloseableIterable<FileScanTask> tasks = from.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        files++;
        try {
          readFile(from, task, taker);
        } catch (IOException | RuntimeException e) {
          into.wrong("unreadable-file", task.file().location(), e.toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readFile(Table from, FileScanTask task, BiConsumer<DataFile, Record> taker)
      throws IOException {
    Schema columns =
        depth == Depth.VALUES
            ? from.schema()
            : from.schema().select(TableLayout.SHARD, TableLayout.OFFSET);
    try (CloseableIterable<Record> rows = FileRows.of(from, task, columns)) {
      for (Record row : rows) {
        taker.accept(task.file(), row);
      }
    }
  }

  Map<Integer, ShardFiles> shards() {
    return shards;
  }

  long files() {
    return files;
  }

  long rows() {
    return rows;
  }
}
