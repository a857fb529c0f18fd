package dev.sluice.ingest.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A worker that does what the sink does, with the sink's decisions. It believes it owns its shards
 * until told otherwise, which may be long after others began to read them.
 */
final class SimulatedWorker {

  private record Run(long from, long to) {}

  private final SimulatedLake lake;
  private final RandomGenerator random;
  private final Map<LogShard, Long> positions = new TreeMap<>();
  private final Map<LogShard, Run> pending = new TreeMap<>();
  private final Set<Long> files = new HashSet<>();
  private boolean sent;

  SimulatedWorker(SimulatedLake lake, RandomGenerator random) {
    this.lake = lake;
    this.random = random;
  }

  boolean believesToOwn(LogShard shard) {
    return positions.containsKey(shard);
  }

  void assign(LogShard shard) {
    Resume resume =
        Resume.decide(
            Optional.ofNullable(lake.properties.get(shard)), 0, lake.log.get(shard).size());
    positions.put(shard, ((Resume.From) resume).progress().nextOffset());
  }

  /**
   * The shard is gone: rows of several shards share files, so all that is pending goes and is read
   * again.
   */
  void lose(LogShard shard) {
    positions.remove(shard);
    drop();
  }

  /** The process is gone and remembers nothing; its files lie where they were written. */
  void crash() {
    positions.clear();
    pending.clear();
    files.clear();
    sent = false;
  }

  void read() {
    for (LogShard shard : List.copyOf(positions.keySet())) {
      long from = positions.get(shard);
      long to = Math.min(lake.log.get(shard).size(), from + random.nextInt(4));
      if (to > from) {
        pending.merge(shard, new Run(from, to), (old, more) -> new Run(old.from(), more.to()));
        positions.put(shard, to);
        writeRows(shard, from, to);
      }
    }
  }

  private void writeRows(LogShard shard, long from, long to) {
    List<SimulatedLake.Row> rows = new ArrayList<>();
    for (long offset = from; offset < to; offset++) {
      if (lake.log.get(shard).get((int) offset) == SimulatedLake.Kind.ROW) {
        rows.add(new SimulatedLake.Row(shard, offset));
      }
    }
    if (!rows.isEmpty()) {
      files.add(lake.write(rows));
    }
  }

  /**
   * Reads the table afresh and decides: a request to send, or nothing since it is in, or refused,
   * or there is none.
   */
  Optional<SimulatedLake.Request> prepare() {
    if (pending.isEmpty()) {
      return Optional.empty();
    }
    List<Interval> intervals = new ArrayList<>();
    pending.forEach(
        (shard, run) ->
            intervals.add(
                new Interval(
                    shard, run.from(), run.to(), lake.counts(shard, run.from(), run.to()))));
    IntervalsDecision decision =
        CommitProtocol.decideAll(new HashMap<>(lake.properties), intervals);
    if (decision instanceof IntervalsDecision.AppendAll append) {
      sent = true;
      return Optional.of(
          new SimulatedLake.Request(lake.snapshot, files, intervals, append.progress(), Set.of()));
    }
    if (decision instanceof IntervalsDecision.AllCommitted) {
      done();
    } else {
      drop();
    }
    return Optional.empty();
  }

  void done() {
    pending.clear();
    files.clear();
    sent = false;
  }

  /**
   * Forgets what is pending. Files may be deleted only if no request ever named them: one sent may
   * still land.
   */
  private void drop() {
    if (!sent) {
      files.forEach(lake.storage::remove);
    }
    done();
    List.copyOf(positions.keySet()).forEach(this::assign);
  }
}
