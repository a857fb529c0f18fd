package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.History;
import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
    Snapshot oldest = null;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      String note = snapshot.summary().get(shard.propertyKey());
      if (note != null) {
        return History.compare(shard, of(table, shard), noteTo(note), History.Reach.COMPLETE);
      }
      oldest = snapshot;
    }
    boolean expired = oldest != null && oldest.parentId() != null;
    return History.compare(
        shard,
        of(table, shard),
        Optional.empty(),
        !expired
            ? History.Reach.COMPLETE
            : abandoned(table, shard) ? History.Reach.ABANDONED : History.Reach.EXPIRED);
  }

  /** For a shard that no snapshot the table stands on speaks of. */
  private static boolean abandoned(Table table, LogShard shard) {
    Optional<Long> next = of(table, shard).map(ShardProgress::nextOffset);
    for (Snapshot snapshot : table.snapshots()) {
      String note = snapshot.summary().get(shard.propertyKey());
      if (note != null && noteTo(note).equals(next)) {
        return true;
      }
    }
    return false;
  }

  /** Whether any shard's property and the table's snapshots differ, or it cannot be read. */
  static boolean contradictsItself(Table table) {
    try {
      for (LogShard shard : shards(table.properties())) {
        if (history(table, shard) instanceof History.Disagrees) {
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

  private static Optional<Long> noteTo(String note) {
    Map<String, String> fields = new HashMap<>();
    for (String part : note.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        fields.put(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    try {
      return Optional.of(Long.parseLong(fields.getOrDefault("to", "")));
    } catch (NumberFormatException e) {
      // Not written by a worker: it cannot agree with any property.
      return Optional.of(-1L);
    }
  }
}
