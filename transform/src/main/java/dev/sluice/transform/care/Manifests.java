package dev.sluice.transform.care;

import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import java.util.List;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.actions.RewriteManifests;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.spark.sql.SparkSession;

/**
 * The manifests that name files of closed days alone become as few as their size allows, each of
 * neighbouring days, so that a scan of a day opens few. Those that a writer still merges are not
 * touched.
 */
final class Manifests {
  /** Fewer than this many more than needed are not worth a commit. */
  private static final int SPARE = 2;

  private final SparkSession spark;
  private final String run;

  Manifests(SparkSession spark, String run) {
    this.spark = spark;
    this.run = run;
  }

  Cared tell(Patient patient) {
    List<ManifestFile> closed = closed(patient);
    long needed = needed(patient.table(), closed);
    boolean worth = worth(closed, needed);
    return result(
        patient,
        worth ? Ending.TOLD : Ending.IDLE,
        all(patient.table()),
        all(patient.table()),
        worth ? closed.size() + " manifests would become about " + needed : "");
  }

  Cared run(Patient patient) {
    Table table = patient.table();
    long before = all(table);
    List<ManifestFile> closed = closed(patient);
    if (!worth(closed, needed(table, closed))) {
      return result(patient, Ending.IDLE, before, before, "");
    }
    double planning = Look.at(table, patient.days()).planning();
    RewriteManifests.Result result =
        SparkActions.get(spark)
            .rewriteManifests(table)
            .rewriteIf(patient.days()::covers)
            .snapshotProperty(TableCare.RUN, run)
            .execute();
    table.refresh();
    long became = 0;
    for (ManifestFile ignored : result.addedManifests()) {
      became++;
    }
    return new Cared(
        patient.name(),
        Action.MANIFESTS,
        Ending.DONE,
        before,
        all(table),
        0,
        planning,
        Look.at(table, patient.days()).planning(),
        0,
        closed.size() + " manifests became " + became);
  }

  private static Cared result(
      Patient patient, Ending ending, long before, long after, String note) {
    return new Cared(patient.name(), Action.MANIFESTS, ending, before, after, 0, 0, 0, 0, note);
  }

  private static boolean worth(List<ManifestFile> closed, long needed) {
    return closed.size() >= needed + SPARE;
  }

  private static long all(Table table) {
    Snapshot current = table.currentSnapshot();
    return current == null ? 0 : current.allManifests(table.io()).size();
  }

  /** Manifests of files; those of deletes are few once compaction has applied them. */
  private static List<ManifestFile> closed(Patient patient) {
    Table table = patient.table();
    if (table.currentSnapshot() == null) {
      return List.of();
    }
    return table.currentSnapshot().dataManifests(table.io()).stream()
        .filter(manifest -> manifest.partitionSpecId() == table.spec().specId())
        .filter(patient.days()::covers)
        .toList();
  }

  private static long needed(Table table, List<ManifestFile> manifests) {
    long target =
        PropertyUtil.propertyAsLong(
            table.properties(),
            TableProperties.MANIFEST_TARGET_SIZE_BYTES,
            TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT);
    long bytes = manifests.stream().mapToLong(ManifestFile::length).sum();
    return Math.max(1, (bytes + target - 1) / target);
  }
}
