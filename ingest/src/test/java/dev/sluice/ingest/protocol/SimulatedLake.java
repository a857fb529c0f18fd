package dev.sluice.ingest.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A log and one table on it, as the catalog server keeps them: a commit applies while its base is
 * still current.
 */
final class SimulatedLake {

  enum Kind {
    ROW,
    DEAD,
    CONTROL
  }

  record Row(LogShard shard, long offset) {}

  /**
   * What a worker sends: these files and properties, if the table still stands at this snapshot.
   */
  record Request(
      long base, Set<Long> files, List<Interval> intervals, Map<LogShard, ShardProgress> progress) {
    Request {
      files = Set.copyOf(files);
      intervals = List.copyOf(intervals);
      progress = Map.copyOf(progress);
    }
  }

  final Map<LogShard, List<Kind>> log = new TreeMap<>();
  final Map<LogShard, ShardProgress> properties = new TreeMap<>();
  final Map<LogShard, Long> historyTo = new HashMap<>();
  final Map<Long, List<Row>> storage = new HashMap<>();
  final List<Long> live = new ArrayList<>();
  long snapshot;
  long filesMade;

  SimulatedLake(int shards) {
    for (int i = 0; i < shards; i++) {
      log.put(new LogShard("T", i), new ArrayList<>());
    }
  }

  /** The server's whole rule: the requirement on the ref holds or the request is refused. */
  boolean apply(Request request) {
    if (request.base() != snapshot) {
      return false;
    }
    snapshot++;
    live.addAll(request.files());
    properties.putAll(request.progress());
    request.intervals().forEach(interval -> historyTo.put(interval.shard(), interval.to()));
    return true;
  }

  /** Somebody else's commit, a compaction say: another snapshot, the same rows and properties. */
  void compact() {
    snapshot++;
  }

  long write(List<Row> rows) {
    storage.put(++filesMade, List.copyOf(rows));
    return filesMade;
  }

  void check() {
    everyLiveFileIsStored();
    noOffsetTwice();
    noGap();
    totalsAddUp();
    historyAgrees();
  }

  private void everyLiveFileIsStored() {
    for (long file : live) {
      require(storage.containsKey(file), "a file of a landed commit was deleted: " + file);
    }
    require(new HashSet<>(live).size() == live.size(), "a file was committed twice");
  }

  private void noOffsetTwice() {
    Set<Row> seen = new HashSet<>();
    for (long file : live) {
      for (Row row : storage.get(file)) {
        require(seen.add(row), "offset twice: " + row);
      }
    }
  }

  private void noGap() {
    Set<Row> seen = new HashSet<>();
    live.forEach(file -> seen.addAll(storage.get(file)));
    long rows = 0;
    for (Map.Entry<LogShard, ShardProgress> entry : properties.entrySet()) {
      List<Kind> kinds = log.get(entry.getKey());
      for (long offset = 0; offset < entry.getValue().nextOffset(); offset++) {
        if (kinds.get((int) offset) == Kind.ROW) {
          rows++;
          require(
              seen.contains(new Row(entry.getKey(), offset)),
              "offset " + offset + " of " + entry.getKey() + " is missing");
        }
      }
    }
    require(seen.size() == rows, "the table holds rows its properties do not cover");
  }

  private void totalsAddUp() {
    for (Map.Entry<LogShard, ShardProgress> entry : properties.entrySet()) {
      long next = entry.getValue().nextOffset();
      Counts expected = counts(entry.getKey(), 0, next);
      require(
          entry.getValue().totals().equals(expected), "totals of " + entry.getKey() + " are wrong");
    }
  }

  private void historyAgrees() {
    for (LogShard shard : log.keySet()) {
      History history =
          History.compare(
              shard,
              java.util.Optional.ofNullable(properties.get(shard)),
              java.util.Optional.ofNullable(historyTo.get(shard)),
              History.Reach.COMPLETE);
      require(history instanceof History.Agrees, "property and history disagree: " + history);
    }
  }

  Counts counts(LogShard shard, long from, long to) {
    Counts counts = Counts.NONE;
    for (long offset = from; offset < to; offset++) {
      counts = counts.plus(one(shard, offset));
    }
    return counts;
  }

  Counts one(LogShard shard, long offset) {
    return switch (log.get(shard).get((int) offset)) {
      case ROW -> new Counts(1, 0, 0, 0, 0, checksum(shard, offset));
      case DEAD -> new Counts(0, 0, 1, 0, 0, 0);
      case CONTROL -> new Counts(0, 0, 0, 0, 1, 0);
    };
  }

  private static long checksum(LogShard shard, long offset) {
    RowChecksum checksum = new RowChecksum(shard.partition(), offset);
    checksum.whole("value", offset * 31);
    return checksum.sum();
  }

  static void require(boolean holds, String invariant) {
    if (!holds) {
      throw new AssertionError(invariant);
    }
  }
}
