package dev.sluice.ingest.protocol;

import static dev.sluice.ingest.protocol.SimulatedLake.require;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What holds of a {@link SimulatedLake} after every step, whatever the step was. */
final class LakeInvariants {

  private final SimulatedLake lake;

  /** Where the properties of shards that lost rows by a rollback stood when that was seen. */
  private final Map<LogShard, ShardProgress> rolledBack = new HashMap<>();

  private long checked;

  LakeInvariants(SimulatedLake lake) {
    this.lake = lake;
  }

  void check() {
    if (checked == lake.changes) {
      return;
    }
    checked = lake.changes;
    Set<SimulatedLake.Row> rows = noOffsetIsInTheTableTwice();
    everyFileOfEverySnapshotIsStored();
    noRowIsBeyondItsShardsProgress(rows);
    totalsAreThoseOfTheLog();
    for (LogShard shard : lake.log.keySet()) {
      if (covered(shard, rows)) {
        historyAgrees(shard);
        rolledBack.remove(shard);
      } else {
        aRollbackIsNoticed(shard);
        nothingIsAppendedToWhatWasRolledBack(shard);
      }
    }
  }

  private void everyFileOfEverySnapshotIsStored() {
    for (SimulatedLake.Snapshot snapshot : lake.snapshots.values()) {
      for (long file : snapshot.files()) {
        require(
            lake.storage.containsKey(file),
            "everyFileOfEverySnapshotIsStored: " + file + " of " + snapshot.id());
      }
    }
  }

  private Set<SimulatedLake.Row> noOffsetIsInTheTableTwice() {
    Set<SimulatedLake.Row> seen = new HashSet<>();
    for (long file : lake.live()) {
      for (SimulatedLake.Row row : lake.storage.getOrDefault(file, List.of())) {
        require(seen.add(row), "noOffsetIsInTheTableTwice: " + row);
      }
    }
    return seen;
  }

  private void noRowIsBeyondItsShardsProgress(Set<SimulatedLake.Row> rows) {
    for (SimulatedLake.Row row : rows) {
      require(row.offset() < lake.next(row.shard()), "noRowIsBeyondItsShardsProgress: " + row);
    }
  }

  private boolean covered(LogShard shard, Set<SimulatedLake.Row> rows) {
    List<SimulatedLake.Kind> kinds = lake.log.get(shard);
    for (long offset = 0; offset < lake.next(shard); offset++) {
      SimulatedLake.Row row = new SimulatedLake.Row(shard, offset);
      SimulatedLake.Kind kind = kinds.get((int) offset);
      boolean letter = lake.letters.contains(row);
      boolean isRow = kind == SimulatedLake.Kind.ROW || lake.replayed.contains(row);
      require(
          letter == (kind == SimulatedLake.Kind.DEAD && !isRow),
          "everyDeadRecordIsALetterUntilItIsARow: " + row);
      if (isRow && !rows.contains(row)) {
        return false;
      }
    }
    return true;
  }

  private void totalsAreThoseOfTheLog() {
    Map<LogShard, ShardProgress> counted = new HashMap<>();
    lake.properties.forEach(
        (shard, progress) ->
            counted.put(
                shard,
                new ShardProgress(
                    progress.nextOffset(), lake.totals(shard, progress.nextOffset()))));
    for (SimulatedLake.Row row : lake.replayed) {
      long sum = SimulatedLake.checksum(row.shard(), row.offset());
      counted.computeIfPresent(row.shard(), (shard, before) -> before.lettersToRows(1, sum));
    }
    require(counted.equals(lake.properties), "totalsAreThoseOfTheLog: " + lake.properties);
  }

  private void historyAgrees(LogShard shard) {
    // A rollback may take away an interval without rows: nothing is missing, and yet they differ.
    require(
        lake.wasRolledBack() || !lake.contradicts(shard), "historyAgrees: " + lake.history(shard));
  }

  private void aRollbackIsNoticed(LogShard shard) {
    require(lake.wasRolledBack(), "everyCoveredOffsetIsInTheTable: " + shard);
    require(lake.contradicts(shard), "aRollbackIsNoticed: " + shard);
  }

  private void nothingIsAppendedToWhatWasRolledBack(LogShard shard) {
    ShardProgress stood = rolledBack.putIfAbsent(shard, lake.properties.get(shard));
    require(
        stood == null || stood.equals(lake.properties.get(shard)),
        "nothingIsAppendedToWhatWasRolledBack: " + shard);
  }
}
