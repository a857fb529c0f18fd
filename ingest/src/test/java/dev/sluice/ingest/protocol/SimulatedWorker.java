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
 * A worker that does what the sink does, with the sink's decisions: one commit in flight at most,
 * and the next interval read meanwhile. It believes it owns its shards until told otherwise, which
 * may be long after others began to read them.
 */
final class SimulatedWorker {

  private record Run(long from, long to) {}

  /** An interval of several shards whose rows share files. */
  private static final class Gathered {
    final Map<LogShard, Run> runs = new TreeMap<>();
    final Set<Long> files = new HashSet<>();

    /** A request has named the files: it may land at any time. */
    boolean named;
  }

  private final SimulatedLake lake;
  private final RandomGenerator random;
  private final Map<LogShard, Long> positions = new TreeMap<>();
  private final Set<LogShard> stopped = new HashSet<>();
  private Optional<Gathered> flight = Optional.empty();
  private Gathered held = new Gathered();
  long droppedBehindAFlight;

  SimulatedWorker(SimulatedLake lake, RandomGenerator random) {
    this.lake = lake;
    this.random = random;
  }

  boolean believesToOwn(LogShard shard) {
    return positions.containsKey(shard) || stopped.contains(shard);
  }

  void assign(LogShard shard) {
    stopped.remove(shard);
    positions.remove(shard);
    if (lake.contradicts(shard)) {
      stopped.add(shard);
      return;
    }
    Resume resume =
        Resume.decide(
            Optional.ofNullable(lake.properties.get(shard)), 0, lake.log.get(shard).size());
    positions.put(shard, ((Resume.From) resume).progress().nextOffset());
  }

  /** Stopped shards are looked at again now and then. */
  void lookAgain() {
    List.copyOf(stopped).forEach(this::assign);
  }

  /** The shard is gone. What is in flight is settled first, as the sink does. */
  void lose(LogShard shard) {
    positions.remove(shard);
    stopped.remove(shard);
    flight = Optional.empty();
    letGo();
  }

  /** The process is gone and remembers nothing; its files lie where they were written. */
  void crash() {
    positions.clear();
    stopped.clear();
    flight = Optional.empty();
    held = new Gathered();
  }

  /** Goes on reading, whatever is in flight. */
  void read() {
    for (LogShard shard : List.copyOf(positions.keySet())) {
      long from = positions.get(shard);
      long to = Math.min(lake.log.get(shard).size(), from + random.nextInt(4));
      if (to > from) {
        held.runs.merge(shard, new Run(from, to), (old, more) -> new Run(old.from(), more.to()));
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
      held.files.add(lake.write(rows));
    }
  }

  /**
   * One attempt of the commit in flight, which takes off if none is and something is held. Reads
   * the table afresh and decides: a request to send, or nothing since it is in, or refused, or
   * there is none.
   */
  Optional<SimulatedLake.Request> prepare() {
    if (flight.isEmpty()) {
      if (held.runs.isEmpty()) {
        return Optional.empty();
      }
      flight = Optional.of(held);
      held = new Gathered();
    }
    Gathered sent = flight.get();
    List<Interval> intervals = new ArrayList<>();
    sent.runs.forEach(
        (shard, run) ->
            intervals.add(
                new Interval(
                    shard, run.from(), run.to(), lake.counts(shard, run.from(), run.to()))));
    if (sent.runs.keySet().stream().anyMatch(lake::contradicts)) {
      refused(sent);
      return Optional.empty();
    }
    IntervalsDecision decision =
        CommitProtocol.decideAll(new HashMap<>(lake.properties), intervals);
    if (decision instanceof IntervalsDecision.AppendAll append) {
      sent.named = true;
      return Optional.of(
          new SimulatedLake.Request(
              lake.current, sent.files, intervals, append.progress(), Set.of()));
    }
    if (decision instanceof IntervalsDecision.AllCommitted) {
      landed();
    } else {
      refused(sent);
    }
    return Optional.empty();
  }

  void landed() {
    flight = Optional.empty();
  }

  /** Nobody answers: it may be in or not, and what is held follows it. */
  void giveUp() {
    if (flight.isPresent()) {
      flight = Optional.empty();
      letGo();
    }
  }

  private void refused(Gathered sent) {
    if (!sent.named) {
      sent.files.forEach(lake::delete);
    }
    flight = Optional.empty();
    letGo();
  }

  /**
   * What is held cannot be committed without what was in flight before it. No request ever named
   * its files, so they are deleted; every shard is read again from where the table stands.
   */
  private void letGo() {
    if (!held.runs.isEmpty()) {
      droppedBehindAFlight++;
    }
    held.files.forEach(lake::delete);
    held = new Gathered();
    List.copyOf(positions.keySet()).forEach(this::assign);
  }

  /** Of files that are live now, some, to be made one of. */
  Optional<SimulatedLake.Merge> merge() {
    List<Long> chosen = new ArrayList<>(lake.live());
    chosen.removeIf(file -> random.nextInt(2) == 0);
    if (chosen.size() < 2) {
      return Optional.empty();
    }
    List<SimulatedLake.Row> rows = new ArrayList<>();
    chosen.forEach(file -> rows.addAll(lake.storage.get(file)));
    SimulatedLake.Merger merger =
        random.nextInt(4) == 0 ? SimulatedLake.Merger.STRANGER : SimulatedLake.Merger.OURS;
    return Optional.of(new SimulatedLake.Merge(merger, Set.copyOf(chosen), lake.write(rows)));
  }
}
