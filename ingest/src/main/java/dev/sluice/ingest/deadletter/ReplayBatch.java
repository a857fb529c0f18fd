package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.LogShard;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.iceberg.DataFile;

/**
 * What one commit of a replay changes: some files of dead letters, each replaced whole by what
 * remains of it, and the new rows of the stream's tables.
 *
 * @param sources the files to be replaced
 * @param letters what takes their place
 * @param rows the new rows, by the tables' places among those of the stream
 * @param refused letters that stay, by their new reasons
 * @param handled the offsets whose fate the commit decides
 */
record ReplayBatch(
    UUID id,
    List<DataFile> sources,
    List<DataFile> letters,
    List<TableRows> rows,
    SortedMap<String, Long> refused,
    Map<LogShard, Set<Long>> handled) {

  /** How many letters of a shard become rows, and what they count as the one and as the other. */
  record Moved(long count, long letterChecksum, long rowChecksum) {
    Moved and(Moved more) {
      return new Moved(
          count + more.count, letterChecksum + more.letterChecksum, rowChecksum + more.rowChecksum);
    }
  }

  /**
   * What one of the stream's tables gets.
   *
   * @param files its new rows, none for most
   */
  record TableRows(List<DataFile> files, SortedSet<LocalDate> days, Map<LogShard, Moved> moved) {
    TableRows {
      files = List.copyOf(files);
      days = new TreeSet<>(days);
      moved = Map.copyOf(moved);
    }
  }

  ReplayBatch {
    sources = List.copyOf(sources);
    letters = List.copyOf(letters);
    rows = List.copyOf(rows);
    refused = new TreeMap<>(refused);
    handled = Map.copyOf(handled);
  }

  long movedCount() {
    return moved().values().stream().mapToLong(Moved::count).sum();
  }

  /** How many letters of each shard become rows, of whatever table. */
  Map<LogShard, Moved> moved() {
    Map<LogShard, Moved> all = new HashMap<>();
    for (TableRows table : rows) {
      table.moved().forEach((shard, moved) -> all.merge(shard, moved, Moved::and));
    }
    return all;
  }
}
