package dev.sluice.ingest.table;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Keeps a table's list of snapshots short, for every commit rewrites it. An hour's last snapshot
 * before the list is cut is tagged and kept for a week.
 *
 * <p>Of a table that was rolled back everything is kept: the snapshots it no longer stands on are
 * what shows that it was, and hold the rows it lost.
 */
public final class SnapshotBound {

  private static final Duration TAG_LIFE = Duration.ofDays(7);
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("'hour-'uuuuMMdd'T'HH").withZone(ZoneOffset.UTC);

  private final LakeConnection lake;
  private final int kept;

  public SnapshotBound(LakeConnection lake, int kept) {
    this.lake = lake;
    this.kept = kept;
  }

  /** Expires what is beyond the bound, once it is a quarter too much. */
  public void keep(TableIdentifier identifier, Instant now) {
    Table table = lake.load(identifier);
    Snapshot current = table.currentSnapshot();
    if (current == null) {
      return;
    }
    String tag = HOUR.format(Instant.ofEpochMilli(current.timestampMillis()));
    if (!table.refs().containsKey(tag)) {
      table
          .manageSnapshots()
          .createTag(tag, current.snapshotId())
          .setMaxRefAgeMs(tag, TAG_LIFE.toMillis())
          .commit();
    }
    int snapshots = 0;
    for (Snapshot ignored : table.snapshots()) {
      snapshots++;
    }
    if (snapshots > kept + kept / 4 && !TableProgress.contradictsItself(table)) {
      table.expireSnapshots().retainLast(kept).expireOlderThan(now.toEpochMilli()).commit();
    }
  }
}
