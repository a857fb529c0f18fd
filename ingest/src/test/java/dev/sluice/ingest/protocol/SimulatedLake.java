package dev.sluice.ingest.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A log, and on it a table of rows and one of dead letters that commit together, as the catalog
 * server keeps them: a chain of snapshots, each with its live files, and properties beside it. A
 * commit applies while its base is still the newest.
 */
final class SimulatedLake {

  enum Kind {
    ROW,
    DEAD,
    CONTROL
  }

  record Row(LogShard shard, long offset) {}

  /**
   * A state of the table.
   *
   * @param said where the commit that made it took each of its shards to, and where the others
   *     stood
   */
  record Snapshot(long id, long parent, Set<Long> files, Standing.Said said) {
    Snapshot {
      files = Set.copyOf(files);
    }
  }

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

  /** Who makes one file of several: the sink, or somebody who knows nothing of shards. */
  enum Merger {
    OURS,
    STRANGER
  }

  /** Some files in place of which one of the same rows is to stand. */
  record Merge(Merger merger, Set<Long> from, long to) {
    Merge {
      from = Set.copyOf(from);
    }
  }

  private static final long NONE = 0;

  final Map<LogShard, List<Kind>> log = new TreeMap<>();
  final Map<LogShard, ShardProgress> properties = new TreeMap<>();
  private final Map<LogShard, List<Counts>> totals = new HashMap<>();
  final Map<Long, List<Row>> storage = new HashMap<>();
  final Set<Row> letters = new LinkedHashSet<>();
  final Set<Row> replayed = new HashSet<>();
  final Map<Long, Snapshot> snapshots = new TreeMap<>();
  long current = 1;
  private long snapshotsMade = 1;
  private long filesMade;
  private boolean rolledBack;
  private final Set<Long> tags = new LinkedHashSet<>();

  /** Grows with whatever changes the table or takes from the store. */
  long changes = 1;

  SimulatedLake(int shards) {
    for (int i = 0; i < shards; i++) {
      log.put(new LogShard("T", i), new ArrayList<>());
    }
    snapshots.put(
        current,
        new Snapshot(current, NONE, Set.of(), new Standing.Said(Map.of(), Optional.empty())));
  }

  Set<Long> live() {
    return snapshots.get(current).files();
  }

  /** The server's whole rule: the requirement on the ref holds or the request is refused. */
  boolean apply(Request request) {
    if (request.base() != current) {
      return false;
    }
    Set<Long> files = new HashSet<>(live());
    for (long file : request.files()) {
      require(files.add(file), "noFileIsCommittedTwice: " + file);
    }
    Map<LogShard, Long> notes = new HashMap<>();
    for (Interval interval : request.intervals()) {
      notes.put(interval.shard(), interval.to());
      for (long offset = interval.from(); offset < interval.to(); offset++) {
        if (log.get(interval.shard()).get((int) offset) == Kind.DEAD) {
          letters.add(new Row(interval.shard(), offset));
        }
      }
    }
    push(files, new Standing.Said(notes, Optional.of(others(notes.keySet()))));
    properties.putAll(request.progress());
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
    return new Request(current, Set.of(write(List.copyOf(moved))), List.of(), progress, moved);
  }

  /** Iceberg brings a merge onto whatever is newest, unless a file to be replaced is gone. */
  boolean apply(Merge merge) {
    if (!live().containsAll(merge.from())) {
      return false;
    }
    Set<Long> files = new HashSet<>(live());
    files.removeAll(merge.from());
    files.add(merge.to());
    Standing standing = standing();
    boolean says = merge.merger() == Merger.OURS && standing.reach() == Standing.Reach.ALL;
    push(
        files, new Standing.Said(Map.of(), says ? Optional.of(standing.next()) : Optional.empty()));
    return true;
  }

  private void push(Set<Long> files, Standing.Said said) {
    snapshots.put(++snapshotsMade, new Snapshot(snapshotsMade, current, files, said));
    current = snapshotsMade;
    changes++;
  }

  /** What a commit that takes these shards says of the others, as the sink does. */
  private Map<LogShard, Long> others(Set<LogShard> taken) {
    Map<LogShard, Long> others = new HashMap<>(standing().next());
    for (LogShard shard : properties.keySet()) {
      if (!others.containsKey(shard) && !contradicts(shard)) {
        others.put(shard, next(shard));
      }
    }
    others.keySet().removeAll(taken);
    return others;
  }

  private Standing standing() {
    List<Snapshot> chain = ancestors();
    return Standing.of(
        chain.stream().map(Snapshot::said).toList(),
        chain.get(chain.size() - 1).parent() == NONE ? Standing.Reach.ALL : Standing.Reach.KEPT);
  }

  /**
   * Gives the newest snapshot a name, so that it is kept; of the names, the oldest is forgotten.
   */
  void tag(int kept) {
    // The sink tags after a commit of its own.
    if (snapshots.get(current).said().others().isPresent()) {
      tags.remove(current);
      tags.add(current);
    }
    if (tags.size() > kept) {
      tags.remove(tags.iterator().next());
    }
  }

  /**
   * Keeps so many of the newest; files that none of these names are deleted. Nothing is, while the
   * table contradicts itself.
   */
  void expire(int kept) {
    if (log.keySet().stream().anyMatch(this::contradicts)) {
      return;
    }
    Map<Long, Snapshot> left = new TreeMap<>();
    for (Snapshot snapshot : ancestors()) {
      if (left.size() < kept) {
        left.put(snapshot.id(), snapshot);
      }
    }
    tags.forEach(tag -> left.put(tag, snapshots.get(tag)));
    Set<Long> named = new HashSet<>();
    left.values().forEach(snapshot -> named.addAll(snapshot.files()));
    for (Snapshot snapshot : List.copyOf(snapshots.values())) {
      if (!left.containsKey(snapshot.id())) {
        changes++;
        snapshots.remove(snapshot.id());
        snapshot.files().stream().filter(f -> !named.contains(f)).forEach(this::delete);
      }
    }
  }

  /** Somebody sets the table back to an older snapshot; properties stay as they are. */
  void rollBack(int steps) {
    List<Snapshot> back = ancestors();
    rollBackTo(back.get(Math.min(steps, back.size() - 1)).id());
  }

  /** Or to one that has a name, and of whose ancestors nothing may be left. */
  void rollBackToTag(int number) {
    if (!tags.isEmpty()) {
      rollBackTo(List.copyOf(tags).get(number % tags.size()));
    }
  }

  private void rollBackTo(long snapshot) {
    rolledBack = true;
    changes++;
    current = snapshot;
    // To go to one of these would be no way back.
    tags.removeIf(tag -> tag > snapshot);
  }

  void delete(long file) {
    changes++;
    storage.remove(file);
  }

  /** From the newest back, as far as they are kept. */
  List<Snapshot> ancestors() {
    List<Snapshot> chain = new ArrayList<>();
    for (Snapshot s = snapshots.get(current); s != null; s = snapshots.get(s.parent())) {
      chain.add(s);
    }
    return chain;
  }

  /** What the sink asks of a table: whether its property and its snapshots agree. */
  History history(LogShard shard) {
    Standing standing = standing();
    Optional<Long> newest = Optional.ofNullable(standing.next().get(shard));
    return History.compare(
        shard,
        Optional.ofNullable(properties.get(shard)),
        newest,
        newest.isPresent() || standing.reach() == Standing.Reach.ALL
            ? History.Reach.COMPLETE
            : abandoned(shard) ? History.Reach.ABANDONED : History.Reach.EXPIRED);
  }

  private boolean abandoned(LogShard shard) {
    List<Snapshot> chain = ancestors();
    long oldest = chain.get(chain.size() - 1).id();
    return snapshots.values().stream()
        .filter(snapshot -> snapshot.id() > oldest)
        .anyMatch(snapshot -> Objects.equals(snapshot.said().notes().get(shard), next(shard)));
  }

  /** Since the last repair. */
  boolean wasRolledBack() {
    return rolledBack;
  }

  boolean contradicts(LogShard shard) {
    return history(shard) instanceof History.Disagrees;
  }

  /**
   * A person sets each such shard's property to where the snapshots that are left say it stands or,
   * where none says, to where its rows end.
   */
  void repair() {
    for (LogShard shard : log.keySet()) {
      if (contradicts(shard)) {
        Optional<Long> said = Optional.ofNullable(standing().next().get(shard));
        long end = said.orElseGet(() -> rowsEnd(shard));
        properties.put(shard, ShardProgress.START.plus(totals(shard, end)));
      }
    }
    rolledBack = false;
    changes++;
  }

  private long rowsEnd(LogShard shard) {
    long end = 0;
    for (long file : live()) {
      for (Row row : storage.get(file)) {
        end = row.shard().equals(shard) ? Math.max(end, row.offset() + 1) : end;
      }
    }
    return end;
  }

  long write(List<Row> rows) {
    storage.put(++filesMade, List.copyOf(rows));
    return filesMade;
  }

  long next(LogShard shard) {
    return properties.getOrDefault(shard, ShardProgress.START).nextOffset();
  }

  /** All before an offset; worked out once, for it is asked after every step. */
  Counts totals(LogShard shard, long to) {
    List<Counts> known = totals.computeIfAbsent(shard, s -> new ArrayList<>(List.of(Counts.NONE)));
    while (known.size() <= to) {
      known.add(known.get(known.size() - 1).plus(one(shard, known.size() - 1)));
    }
    return known.get((int) to);
  }

  Counts counts(LogShard shard, long from, long to) {
    Counts counts = Counts.NONE;
    for (long offset = from; offset < to; offset++) {
      counts = counts.plus(one(shard, offset));
    }
    return counts;
  }

  private Counts one(LogShard shard, long offset) {
    return switch (log.get(shard).get((int) offset)) {
      case ROW -> new Counts(1, 0, 0, 0, 0, checksum(shard, offset));
      case DEAD -> new Counts(0, 0, 1, 0, 0, 0);
      case CONTROL -> new Counts(0, 0, 0, 0, 1, 0);
    };
  }

  static long checksum(LogShard shard, long offset) {
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
