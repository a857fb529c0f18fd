package dev.sluice.transform.care;

import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.SparkSession;

/**
 * Snapshots that are old, and more than are always kept, are expired, and the files that only they
 * name are deleted. What a tag or a branch stands on stays.
 *
 * <p>Schemas and partition specs that no snapshot uses stay too: ingest files late rows by one that
 * may be unused for days.
 */
final class Expiry {
  /** In the summary of ingest's snapshots: where all shards of the log stood. */
  private static final String STANDING = "sluice.standing";

  /** Its value where it does not say. */
  private static final String NOT_SAID = "not said";

  private final SparkSession spark;
  private final Instant now;

  Expiry(SparkSession spark, Instant now) {
    this.spark = spark;
    this.now = now;
  }

  Cared tell(Patient patient) {
    return decide(patient, Ending.TOLD);
  }

  Cared run(Patient patient) {
    Cared decided = decide(patient, Ending.DONE);
    if (decided.ending() != Ending.DONE) {
      return decided;
    }
    Table table = patient.table();
    Queue<String> unnamed = new ConcurrentLinkedQueue<>();
    // The files are deleted below, for then it is known how large they were.
    SparkActions.get(spark)
        .expireSnapshots(table)
        .expireOlderThan(before(patient).orElseThrow())
        .retainLast(patient.policy().keepSnapshots())
        .deleteWith(unnamed::add)
        .execute();
    table.refresh();
    long bytes = Removal.remove(table.io(), unnamed);
    return new Cared(
        patient.name(),
        Action.EXPIRE,
        Ending.DONE,
        decided.before(),
        count(table),
        bytes,
        0,
        0,
        0,
        unnamed.size() + " files deleted");
  }

  /** What may be expired; with an ending other than {@code otherwise}, why nothing is. */
  private Cared decide(Patient patient, Ending otherwise) {
    Table table = patient.table();
    if (!PropertyUtil.propertyAsBoolean(
        table.properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT)) {
      return Cared.without(
          patient.name(), Action.EXPIRE, Ending.LEFT, TableProperties.GC_ENABLED + " is false");
    }
    OptionalLong before = before(patient);
    if (before.isEmpty()) {
      return Cared.without(
          patient.name(),
          Action.EXPIRE,
          Ending.LEFT,
          "ingest writes it, and its snapshots show more than its properties: they are ingest's");
    }
    long all = count(table);
    List<Snapshot> old =
        table
            .expireSnapshots()
            .expireOlderThan(before.getAsLong())
            .retainLast(patient.policy().keepSnapshots())
            .apply();
    return new Cared(
        patient.name(),
        Action.EXPIRE,
        old.isEmpty() ? Ending.IDLE : otherwise,
        all,
        all,
        0,
        0,
        0,
        0,
        old.isEmpty() ? "" : old.size() + " snapshots would be expired");
  }

  /**
   * Until when snapshots may go. Ingest sees by its snapshots that a table was rolled back: of one
   * that was, or whose snapshots do not say where all shards stood, everything is kept; of others
   * the newest that says so.
   */
  private OptionalLong before(Patient patient) {
    Table table = patient.table();
    long old = now.minus(patient.policy().keep()).toEpochMilli();
    if (table.properties().keySet().stream().noneMatch(key -> key.startsWith(ClosedDays.INGEST))
        || table.currentSnapshot() == null) {
      return OptionalLong.of(old);
    }
    if (wasRolledBack(table)) {
      return OptionalLong.empty();
    }
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      String standing = snapshot.summary().get(STANDING);
      if (standing != null && !standing.equals(NOT_SAID)) {
        return OptionalLong.of(Math.min(old, snapshot.timestampMillis()));
      }
    }
    return OptionalLong.empty();
  }

  /** Whether there is a snapshot that neither the table nor a branch stands on, newer than all. */
  private static boolean wasRolledBack(Table table) {
    Set<Long> standing = new HashSet<>();
    table.refs().values().stream()
        .filter(SnapshotRef::isBranch)
        .forEach(
            branch ->
                SnapshotUtil.ancestorsOf(branch.snapshotId(), table::snapshot)
                    .forEach(snapshot -> standing.add(snapshot.snapshotId())));
    long oldest = Long.MAX_VALUE;
    for (Snapshot ancestor : SnapshotUtil.currentAncestors(table)) {
      oldest = ancestor.sequenceNumber();
    }
    for (Snapshot snapshot : table.snapshots()) {
      if (!standing.contains(snapshot.snapshotId()) && snapshot.sequenceNumber() > oldest) {
        return true;
      }
    }
    return false;
  }

  private static long count(Table table) {
    long count = 0;
    for (Snapshot ignored : table.snapshots()) {
      count++;
    }
    return count;
  }
}
