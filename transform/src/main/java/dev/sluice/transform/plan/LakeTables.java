package dev.sluice.transform.plan;

import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.util.SnapshotUtil;

/** The tables that jobs read and make, as the catalog has them now. */
public final class LakeTables {
  private final Catalog catalog;
  private final LakeInputs inputs;
  private final Map<TableName, LakeTable> found = new HashMap<>();

  private LakeTables(Catalog catalog) {
    this.catalog = catalog;
    this.inputs = new LakeInputs(catalog);
  }

  /** Looks up all that the jobs read, and what they make of it. */
  public static LakeTables of(Catalog catalog, List<Recipe> jobs) {
    LakeTables tables = new LakeTables(catalog);
    for (Recipe job : jobs) {
      job.reads().stream().map(Read::table).forEach(tables::look);
      tables.look(job.table());
    }
    return tables;
  }

  private void look(TableName name) {
    if (!found.containsKey(name)) {
      LakeRecords.load(catalog, name)
          .ifPresent(
              table -> found.put(name, new LakeTable(table, version -> inputs.of(name, version))));
    }
  }

  /** Those that are there. */
  public Map<TableName, TableState> states() {
    return Map.copyOf(found);
  }

  /**
   * Writes down what tables look like, day by day, before they are read: by the time a day is
   * looked at again, the snapshot may be expired.
   */
  public void keepFingerprints(Collection<TableName> names) {
    Set<TableName> once = new HashSet<>(names);
    once.retainAll(found.keySet());
    for (TableName name : once) {
      LakeTable table = found.get(name);
      TableVersion version = table.version();
      if (version.snapshot() != TableVersion.EMPTY && inputs.of(name, version).isEmpty()) {
        SortedMap<LocalDate, String> prints = table.fingerprints();
        if (!prints.isEmpty()) {
          inputs.add(name, version, prints);
        }
      }
    }
  }

  /** A snapshot of a table that was made since, if what the table shows now is built on it. */
  public Optional<TableVersion> version(TableName name, long snapshot) {
    Optional<Table> table = LakeRecords.load(catalog, name);
    Optional<Snapshot> made =
        table
            .filter(known -> known.currentSnapshot() != null)
            .filter(known -> known.snapshot(snapshot) != null)
            .filter(
                known ->
                    SnapshotUtil.isAncestorOf(
                        known, known.currentSnapshot().snapshotId(), snapshot))
            .map(known -> known.snapshot(snapshot));
    return made.map(
        known ->
            new TableVersion(
                table.get().uuid().toString(),
                snapshot,
                Instant.ofEpochMilli(known.timestampMillis())));
  }
}
