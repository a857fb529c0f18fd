package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The letters a replay still has to handle: fixed when it begins, so that letters that come
 * meanwhile, those it has refused once more among them, do not keep it going.
 */
final class ReplayTargets {

  /** What says whether a row is one of them. */
  static final List<String> COLUMNS =
      List.of("stream", "reason", DeadLetterTable.TOPIC_ID, TableLayout.SHARD, TableLayout.OFFSET);

  private final Map<LogShard, Set<Long>> offsets = new HashMap<>();
  private long size;
  private long waiting;
  private boolean more;

  /**
   * Reads which letters are meant. A letter of an offset that one of the stream's tables has not
   * passed yet is left alone: its interval's rows are not in, and whoever commits them will look
   * for it.
   */
  static ReplayTargets read(Table letters, List<Table> rows, LetterFilter filter, long most) {
    ReplayTargets targets = new ReplayTargets();
    Map<LogShard, Long> next = new HashMap<>();
    try (CloseableIterable<Record> all =
        IcebergGenerics.read(letters).where(filter.expression()).select(COLUMNS).build()) {
      for (Record row : all) {
        LogShard shard = DeadLetterTable.shard(row);
        long offset = (Long) row.getField(TableLayout.OFFSET);
        long to = next.computeIfAbsent(shard, s -> lowest(rows, s));
        if (offset >= to) {
          targets.waiting++;
        } else if (targets.size == most) {
          targets.more = true;
        } else if (!targets.offsets.computeIfAbsent(shard, s -> new HashSet<>()).add(offset)) {
          throw new ReplayStoppedException(
              DeadLetterTable.IDENTIFIER
                  + " holds offset "
                  + offset
                  + " of shard "
                  + shard
                  + " more than once; see: ./sluice verify");
        } else {
          targets.size++;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return targets;
  }

  /** Up to where all of the stream's tables have passed the shard. */
  private static long lowest(List<Table> rows, LogShard shard) {
    return rows.stream()
        .mapToLong(table -> TableProgress.of(table, shard).orElse(ShardProgress.START).nextOffset())
        .min()
        .orElse(0);
  }

  boolean contains(Record row) {
    Set<Long> ofShard = offsets.get(DeadLetterTable.shard(row));
    return ofShard != null && ofShard.contains((Long) row.getField(TableLayout.OFFSET));
  }

  void remove(Map<LogShard, Set<Long>> handled) {
    handled.forEach(
        (shard, gone) -> {
          Set<Long> ofShard = offsets.get(shard);
          for (Long offset : gone) {
            if (ofShard.remove(offset)) {
              size--;
            }
          }
        });
  }

  long size() {
    return size;
  }

  long waiting() {
    return waiting;
  }

  /** Whether there are letters beyond those that can be handled at a time. */
  boolean more() {
    return more;
  }
}
