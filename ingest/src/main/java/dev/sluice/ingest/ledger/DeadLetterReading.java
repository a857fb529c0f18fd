package dev.sluice.ingest.ledger;

import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Reads the dead letters of some shards, and checks the dead letters' own progress against them.
 */
final class DeadLetterReading {

  /** What is looked at without its bytes. */
  private static final List<String> PLACE =
      List.of(DeadLetterTable.TOPIC_ID, TableLayout.SHARD, TableLayout.OFFSET);

  private final Findings findings;
  private final Depth depth;
  private final Map<LogShard, OffsetSet> letters = new HashMap<>();
  private final Map<LogShard, Long> checksums = new HashMap<>();

  DeadLetterReading(Findings findings, Depth depth) {
    this.findings = findings;
    this.depth = depth;
  }

  void read(Optional<Table> table, Set<LogShard> shards) {
    if (table.isEmpty() || shards.isEmpty()) {
      return;
    }
    Set<String> topics = shards.stream().map(LogShard::topicId).collect(Collectors.toSet());
    Map<LogShard, OffsetRanges> doubled = new HashMap<>();
    IcebergGenerics.ScanBuilder scan =
        IcebergGenerics.read(table.get())
            .where(Expressions.in(DeadLetterTable.TOPIC_ID, topics.toArray()));
    try (CloseableIterable<Record> rows =
        depth == Depth.VALUES ? scan.build() : scan.select(PLACE).build()) {
      for (Record row : rows) {
        LogShard shard =
            new LogShard(
                row.getField(DeadLetterTable.TOPIC_ID).toString(),
                (Integer) row.getField(TableLayout.SHARD));
        long offset = (Long) row.getField(TableLayout.OFFSET);
        if (depth == Depth.VALUES) {
          checksums.merge(shard, DeadLetterTable.checksum(row), Long::sum);
        }
        if (!letters.computeIfAbsent(shard, s -> new OffsetSet()).add(offset)) {
          doubled.computeIfAbsent(shard, s -> new OffsetRanges()).add(offset);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    doubled.forEach(
        (shard, ranges) ->
            findings.wrong(
                "doubled-dead-letter",
                DeadLetterTable.IDENTIFIER + " shard " + shard,
                "offsets " + ranges.text() + " are there more than once"));
    shards.forEach(shard -> compareProgress(table.get(), shard));
  }

  private void compareProgress(Table table, LogShard shard) {
    String where = DeadLetterTable.IDENTIFIER + " property " + shard.propertyKey();
    try {
      ShardProgress progress = TableProgress.of(table, shard).orElse(ShardProgress.START);
      findings.unless(
          progress.totals().rows() == of(shard).size(),
          "dead-letter-count",
          where,
          "says "
              + progress.totals().rows()
              + " dead letters, the table holds "
              + of(shard).size());
      findings.unless(
          depth == Depth.PLACES
              || progress.totals().checksum() == checksums.getOrDefault(shard, 0L),
          "dead-letter-checksum",
          where,
          "the bytes of the table's dead letters are not those that were stored");
    } catch (TableProgress.UnreadableProgressException e) {
      findings.wrong("unreadable-property", where, e.getMessage());
    }
  }

  /** The offsets of a shard that are dead letters. */
  OffsetSet of(LogShard shard) {
    return letters.getOrDefault(shard, new OffsetSet());
  }
}
