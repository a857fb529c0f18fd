package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.History;
import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.protocol.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/** The progress a table carries in its properties, and what its snapshots say of it. */
public final class TableProgress {

  /** Which worker made a snapshot. */
  public static final String SUMMARY_WORKER = "sluice.worker";

  /** The event days a snapshot touched, by comma. */
  public static final String SUMMARY_DAYS = "sluice.days";

  /** Where the table stood with the shards a snapshot did not take. */
  public static final String SUMMARY_STANDING = "sluice.standing";

  /** Of more, snapshots would be too long; then the notes that are kept must do. */
  private static final int STANDING_SHARDS_MAX = 2_000;

  /** No standing at all. */
  private static final String NOT_SAID = "not said";

  private TableProgress() {}

  /** A property that is there and cannot be believed. */
  public static final class UnreadableProgressException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableProgressException(String table, String key, String value) {
      super(
          "property "
              + key
              + " of "
              + table
              + " is not a progress whose totals account for its offset: "
              + value);
    }
  }

  /** Every shard's progress. */
  public static Map<LogShard, ShardProgress> of(Table table) {
    Map<LogShard, ShardProgress> progress = new TreeMap<>();
    for (LogShard shard : shards(table.properties())) {
      of(table, shard).ifPresent(found -> progress.put(shard, found));
    }
    return progress;
  }

  /** One shard's progress. */
  public static Optional<ShardProgress> of(Table table, LogShard shard) {
    String text = table.properties().get(shard.propertyKey());
    if (text == null) {
      return Optional.empty();
    }
    return Optional.of(
        ShardProgress.parse(text)
            .orElseThrow(
                () -> new UnreadableProgressException(table.name(), shard.propertyKey(), text)));
  }

  /** The shards any property speaks of. */
  public static Iterable<LogShard> shards(Map<String, String> properties) {
    return properties.keySet().stream()
        .flatMap(key -> LogShard.ofPropertyKey(key).stream())
        .sorted()
        .toList();
  }

  /** Whether the shard's property and the table's snapshots agree. */
  public static History history(Table table, LogShard shard) {
    return history(table, shard, standing(SnapshotUtil.currentAncestors(table)));
  }

  private static History history(Table table, LogShard shard, Standing standing) {
    Optional<Long> newest = Optional.ofNullable(standing.next().get(shard));
    return History.compare(
        shard,
        of(table, shard),
        newest,
        newest.isPresent() || standing.reach() == Standing.Reach.ALL
            ? History.Reach.COMPLETE
            : abandoned(table, shard) ? History.Reach.ABANDONED : History.Reach.EXPIRED);
  }

  /** What a chain of snapshots, the newest first, says of all shards. */
  private static Standing standing(Iterable<Snapshot> chain) {
    List<Standing.Said> said = new ArrayList<>();
    boolean first = true;
    for (Snapshot snapshot : chain) {
      Optional<Map<LogShard, Long>> others =
          Optional.ofNullable(snapshot.summary().get(SUMMARY_STANDING)).flatMap(Standing::parse);
      said.add(new Standing.Said(notes(snapshot), others));
      first = snapshot.parentId() == null;
      if (others.isPresent()) {
        break;
      }
    }
    return Standing.of(said, first ? Standing.Reach.ALL : Standing.Reach.KEPT);
  }

  private static Map<LogShard, Long> notes(Snapshot snapshot) {
    Map<LogShard, Long> notes = new HashMap<>();
    snapshot
        .summary()
        .forEach(
            (key, note) ->
                LogShard.ofPropertyKey(key).ifPresent(shard -> notes.put(shard, noteTo(note))));
    return notes;
  }

  /**
   * What a snapshot that takes no shard is to say on top of these: what they say. So a table that
   * contradicts itself does so after the next commit as well. It is asked of each base a commit is
   * tried on.
   */
  static String carriedOn(Iterable<Snapshot> ancestors) {
    Standing standing = standing(ancestors);
    return standing.reach() == Standing.Reach.ALL ? bounded(standing.next()) : NOT_SAID;
  }

  /** The same for a change that is worked out on this very table. */
  public static String carriedOn(Table table) {
    return carriedOn(table, Set.of());
  }

  /**
   * What a snapshot that takes these shards is to say of all others. Where no kept snapshot speaks
   * of a shard, its property is believed, unless there is reason not to.
   */
  static String carriedOn(Table table, Set<LogShard> taken) {
    Standing standing = standing(SnapshotUtil.currentAncestors(table));
    Map<LogShard, Long> others = new HashMap<>(standing.next());
    for (LogShard shard : shards(table.properties())) {
      Optional<ShardProgress> property =
          ShardProgress.parse(table.properties().get(shard.propertyKey()));
      if (property.isPresent()
          && !others.containsKey(shard)
          && history(table, shard, standing) instanceof History.Agrees) {
        others.put(shard, property.get().nextOffset());
      }
    }
    others.keySet().removeAll(taken);
    return bounded(others);
  }

  private static String bounded(Map<LogShard, Long> others) {
    return others.size() > STANDING_SHARDS_MAX ? NOT_SAID : Standing.encode(others);
  }

  /**
   * For a shard that no kept snapshot the table stands on speaks of: whether one it does not stand
   * on does. One older than the chain is kept by its tag, and may well lie before it.
   */
  private static boolean abandoned(Table table, LogShard shard) {
    Optional<Long> next = of(table, shard).map(ShardProgress::nextOffset);
    long oldest = Long.MAX_VALUE;
    for (Snapshot ancestor : SnapshotUtil.currentAncestors(table)) {
      oldest = ancestor.sequenceNumber();
    }
    for (Snapshot snapshot : table.snapshots()) {
      String note = snapshot.summary().get(shard.propertyKey());
      if (note != null
          && snapshot.sequenceNumber() > oldest
          && next.equals(Optional.of(noteTo(note)))) {
        return true;
      }
    }
    return false;
  }

  /** Whether any shard's property and the table's snapshots differ, or it cannot be read. */
  static boolean contradictsItself(Table table) {
    try {
      Standing standing = standing(SnapshotUtil.currentAncestors(table));
      for (LogShard shard : shards(table.properties())) {
        if (history(table, shard, standing) instanceof History.Disagrees) {
          return true;
        }
      }
      return false;
    } catch (UnreadableProgressException e) {
      return true;
    }
  }

  /** What a snapshot's summary says of an interval it took. */
  static String note(Interval interval) {
    return "from="
        + interval.from()
        + ",to="
        + interval.to()
        + ",rows="
        + interval.counts().rows()
        + ",duplicates="
        + interval.counts().duplicates()
        + ",deadLetters="
        + interval.counts().deadLetters()
        + ",filtered="
        + interval.counts().filtered()
        + ",control="
        + interval.counts().controlRecords();
  }

  /** What a note says, by name. */
  static Map<String, String> fields(String note) {
    Map<String, String> fields = new HashMap<>();
    for (String part : note.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        fields.put(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    return fields;
  }

  private static long noteTo(String note) {
    try {
      return Long.parseLong(fields(note).getOrDefault("to", ""));
    } catch (NumberFormatException e) {
      // Not written by a worker: it cannot agree with any property.
      return -1;
    }
  }
}
