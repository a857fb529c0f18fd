package dev.sluice.ingest.retention;

import dev.sluice.ingest.log.LogTopic;
import dev.sluice.ingest.protocol.History;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** Up to where the tables of a stream have its log. */
final class Cover {

  private Cover() {}

  /** By shard, the offset before which every table has all; 0 where one has nothing. */
  static Map<Integer, Long> of(LakeConnection lake, Stream stream, LogTopic topic) {
    Map<Integer, Long> covered = new HashMap<>();
    for (TableIdentifier name : TableLayout.identifiers(stream)) {
      Optional<Table> table = lake.find(name);
      for (int partition = 0; partition < topic.shards(); partition++) {
        LogShard shard = new LogShard(topic.id().toString(), partition);
        long next = table.map(found -> next(found, shard)).orElse(0L);
        covered.merge(partition, next, Math::min);
      }
    }
    return covered;
  }

  /** A table that was rolled back will have the log read again. */
  private static long next(Table table, LogShard shard) {
    return TableProgress.history(table, shard) instanceof History.Disagrees
        ? 0
        : TableProgress.of(table, shard).map(ShardProgress::nextOffset).orElse(0L);
  }
}
