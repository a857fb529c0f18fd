package dev.sluice.ingest.sink;

import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.LogShard;
import java.util.Map;
import java.util.Objects;

/**
 * What was read of one shard up to an offset, as each table of its stream accounts for it. A table
 * that had all of it before has no part in it.
 *
 * @param byTable by the table's place among those of the stream
 */
record ShardIntervals(LogShard shard, long to, Map<Integer, Interval> byTable) {
  ShardIntervals {
    Objects.requireNonNull(shard, "shard");
    byTable = Map.copyOf(byTable);
  }
}
