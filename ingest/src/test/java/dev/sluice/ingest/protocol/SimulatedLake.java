package dev.sluice.ingest.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A log, and on it a table of rows and one of dead letters that commit together, as the catalog
 * server keeps them: a commit applies while its base is still current.
 */
final class SimulatedLake {

  enum Kind {
    ROW,
    DEAD,
    CONTROL
  }

  record Row(LogShard shard, long offset) {}

  /**
   * What a worker or a replay sends: these files and properties, and these letters gone, if the
   * tables still stand at this snapshot.
   */
  record Request(
      long base,
      Set<Long> files,
      List<Interval> intervals,
      Map<LogShard, ShardProgress> progress,
      Set<Row> replayed) {
    Request {
      files = Set.copyOf(files);
      intervals = List.copyOf(intervals);
      progress = Map.copyOf(progress);
      replayed = Set.copyOf(replayed);
    }
  }

  final Map<LogShard, List<Kind>> log = new TreeMap<>();
  final Map<LogShard, ShardProgress> properties = new TreeMap<>();
  final Map<LogShard, Long> historyTo = new HashMap<>();
  final Map<Long, List<Row>> storage = new HashMap<>();
  final List<Long> live = new ArrayList<>();
  final Set<Row> letters = new LinkedHashSet<>();
  final Set<Row> replayed = new HashSet<>();
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
    for (Interval interval : request.intervals()) {
      historyTo.put(interval.shard(), interval.to());
      for (long offset = interval.from(); offset < interval.to(); offset++) {
        if (log.get(interval.shard()).get((int) offset) == Kind.DEAD) {
          letters.add(new Row(interval.shard(), offset));
        }
      }
    }
    letters.removeAll(request.replayed());
    replayed.addAll(request.replayed());
    return true;
  }

  /** What a replay sends that has found these letters, and takes them for events. */
  Request replay(Set<Row> moved) {
    Map<LogShard, ShardProgress> progress = new HashMap<>();
    for (Row row : moved) {
      ShardProgress before = progress.getOrDefault(row.shard(), properties.get(row.shard()));
      progress.put(row.shard(), before.lettersToRows(1, checksum(row.shard(), row.offset())));
    }
    return new Request(snapshot, Set.of(write(List.copyOf(moved))), List.of(), progress, moved);
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
        Row row = new Row(entry.getKey(), offset);
        boolean letter = letters.contains(row);
        if (kinds.get((int) offset) == Kind.ROW || replayed.contains(row)) {
          rows++;
          require(seen.contains(row), row + " is missing");
          require(!letter, row + " is a row and a letter");
        } else {
          require(letter == (kinds.get((int) offset) == Kind.DEAD), row + " is nowhere");
        }
      }
    }
    require(seen.size() == rows, "the table holds rows its properties do not cover");
  }

  private void totalsAddUp() {
    for (Map.Entry<LogShard, ShardProgress> entry : properties.entrySet()) {
      long next = entry.getValue().nextOffset();
      ShardProgress counted = new ShardProgress(next, counts(entry.getKey(), 0, next));
      for (Row row : replayed) {
        if (row.shard().equals(entry.getKey())) {
          counted = counted.lettersToRows(1, checksum(row.shard(), row.offset()));
        }
      }
      Counts expected = counted.totals();
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
