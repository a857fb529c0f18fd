package dev.sluice.ingest.receipt;

import dev.sluice.ingest.deadletter.LetterDesk;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.ReceiptName;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.RowPlace;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** Finds out where an event is, by the log's end, the tables' progress, and their rows. */
final class ReceiptDesk {
  private final LakeConnection lake;
  private final BiFunction<String, Integer, Optional<LogReach>> log;

  ReceiptDesk(LakeConnection lake, BiFunction<String, Integer, Optional<LogReach>> log) {
    this.lake = lake;
    this.log = log;
  }

  Whereabouts find(Stream stream, ReceiptName receipt) {
    Optional<LogReach> reach = log.apply(stream.topic(), receipt.shard());
    if (reach.isEmpty()) {
      return new Whereabouts.Unknown("the log has no topic " + stream.topic());
    }
    if (receipt.shard() >= reach.get().shards()) {
      return new Whereabouts.Unknown(
          receipt.stream() + " has " + reach.get().shards() + " shards, counted from 0");
    }
    if (receipt.offset() >= reach.get().end()) {
      return new Whereabouts.Unknown(
          "shard " + receipt.shard() + " ends before offset " + reach.get().end());
    }
    LogShard shard = new LogShard(reach.get().topicId(), receipt.shard());
    List<Table> tables = new ArrayList<>();
    TableLayout.identifiers(stream).forEach(name -> lake.find(name).ifPresent(tables::add));
    // A row in one of several tables is there, however far the others have come; and rows of
    // before a route stay in the stream's own table.
    List<Table> withFormer = new ArrayList<>(tables);
    if (stream.routing().isPresent()) {
      lake.find(TableLayout.identifier(stream)).ifPresent(withFormer::add);
    }
    for (Table table : withFormer) {
      Optional<Whereabouts> visible = visible(table, shard, receipt.offset());
      if (visible.isPresent()) {
        return visible.get();
      }
    }
    return tables.size() < TableLayout.identifiers(stream).size()
        ? new Whereabouts.Pending(0)
        : withoutRow(tables, shard, receipt);
  }

  private Whereabouts withoutRow(List<Table> tables, LogShard shard, ReceiptName receipt) {
    List<ShardProgress> progress = tables.stream().map(table -> progress(table, shard)).toList();
    long next = progress.stream().mapToLong(ShardProgress::nextOffset).min().orElse(0);
    if (next <= receipt.offset()) {
      return new Whereabouts.Pending(next);
    }
    Optional<LetterDesk.Refusal> letter =
        new LetterDesk(lake).refusal(receipt.stream(), shard, receipt.offset());
    if (letter.isPresent()) {
      return new Whereabouts.DeadLetter(letter.get().reason(), letter.get().detail());
    }
    boolean repeats = progress.stream().anyMatch(of -> of.totals().duplicates() > 0);
    return repeats ? new Whereabouts.Duplicate() : new Whereabouts.Gone();
  }

  private static ShardProgress progress(Table table, LogShard shard) {
    return TableProgress.of(table, shard).orElse(ShardProgress.START);
  }

  private static Optional<Whereabouts> visible(Table table, LogShard shard, long offset) {
    if (progress(table, shard).nextOffset() <= offset) {
      return Optional.empty();
    }
    return RowPlace.find(table, shard, offset)
        .map(
            place ->
                new Whereabouts.Visible(place.table(), place.since().map(ReceiptDesk::commit)));
  }

  private static Whereabouts.Commit commit(Snapshot snapshot) {
    return new Whereabouts.Commit(
        snapshot.snapshotId(), Instant.ofEpochMilli(snapshot.timestampMillis()));
  }
}
