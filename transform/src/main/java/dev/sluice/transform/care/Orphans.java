package dev.sluice.transform.care;

import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Files in a table's place that no snapshot, metadata file or statistics of it names, older than
 * any write may take. They are counted, then noted, and deleted when they are orphans still after a
 * second period.
 *
 * <p>Nothing is moved: a file that is named after all is where it is looked for.
 */
final class Orphans {
  private static final StructType LISTED =
      StructType.fromDDL("file_path STRING, last_modified TIMESTAMP");

  private final SparkSession spark;
  private final CareSettings settings;
  private final Quarantine quarantine;
  private final Places places;

  Orphans(SparkSession spark, CareSettings settings, Quarantine quarantine, Places places) {
    this.spark = spark;
    this.settings = settings;
    this.quarantine = quarantine;
    this.places = places;
  }

  Cared run(Patient patient) {
    Table table = patient.table();
    if (!PropertyUtil.propertyAsBoolean(
        table.properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT)) {
      return left(patient, TableProperties.GC_ENABLED + " is false");
    }
    Optional<String> shared = places.shared(patient.name());
    if (shared.isPresent()) {
      return left(patient, shared.get());
    }
    if (!(table.io() instanceof SupportsPrefixOperations store)) {
      return left(patient, "its store cannot be listed");
    }
    Map<String, FileInfo> orphans;
    try {
      orphans = find(patient, store);
    } catch (ValidationException ambiguous) {
      return left(
          patient,
          "files are known under another scheme or store than they lie in; if that is the same,"
              + " say so by sluice.care.same-stores ("
              + ambiguous.getMessage().replaceAll("(?s).*(Conflicting.*)", "$1").strip()
              + ")");
    }
    long bytes = orphans.values().stream().mapToLong(FileInfo::size).sum();
    if (settings.effect() == CareSettings.Effect.TELL
        || settings.orphans() == CareSettings.Orphans.REPORT) {
      Ending ending = orphans.isEmpty() ? Ending.IDLE : Ending.TOLD;
      return result(patient, ending, orphans.size(), orphans.size(), 0, size(bytes));
    }
    return quarantined(patient, orphans, bytes);
  }

  private Cared quarantined(Patient patient, Map<String, FileInfo> orphans, long bytes) {
    List<Quarantine.Entry> known = quarantine.of(patient.name());
    Quarantine.Decision decision =
        Quarantine.decide(
            known, List.copyOf(orphans.values()), settings.now(), patient.policy().quarantine());
    if (settings.orphans() == CareSettings.Orphans.QUARANTINE) {
      quarantine.keep(patient.name(), decision.everything());
      return result(
          patient,
          orphans.isEmpty() ? Ending.IDLE : Ending.DONE,
          orphans.size(),
          orphans.size(),
          0,
          size(bytes) + " in quarantine");
    }
    long freed =
        Removal.remove(
            patient.table().io(), decision.due().stream().map(Quarantine.Entry::file).toList());
    quarantine.keep(patient.name(), decision.waiting());
    return result(
        patient,
        orphans.isEmpty() ? Ending.IDLE : Ending.DONE,
        orphans.size(),
        decision.waiting().size(),
        freed,
        decision.due().size() + " files deleted, " + decision.waiting().size() + " in quarantine");
  }

  /** The store is listed first: what is committed meanwhile is named when names are read. */
  private Map<String, FileInfo> find(Patient patient, SupportsPrefixOperations store) {
    Instant limit = settings.now().minus(patient.policy().orphanAge());
    Map<String, FileInfo> old = new HashMap<>();
    for (String root : Places.of(patient.table())) {
      for (FileInfo file : store.listPrefix(root)) {
        if (file.createdAtMillis() < limit.toEpochMilli() && !hidden(file.location())) {
          old.put(file.location(), file);
        }
      }
    }
    if (old.isEmpty()) {
      return old;
    }
    patient.table().refresh();
    List<Row> rows = new ArrayList<>();
    old.values()
        .forEach(
            file ->
                rows.add(
                    RowFactory.create(
                        file.location(), Instant.ofEpochMilli(file.createdAtMillis()))));
    Map<String, FileInfo> orphans = new HashMap<>();
    SparkActions.get(spark)
        .deleteOrphanFiles(patient.table())
        // It compares the starts of texts: the list is of the right places already.
        .location("")
        .olderThan(limit.toEpochMilli())
        .equalAuthorities(patient.policy().sameStores())
        .compareToFileList(spark.createDataFrame(rows, LISTED))
        .deleteWith(file -> {})
        .execute()
        .orphanFileLocations()
        .forEach(file -> orphans.put(file, old.get(file)));
    return orphans;
  }

  /** What file systems keep beside a file: checksums. */
  private static boolean hidden(String file) {
    return file.substring(file.lastIndexOf('/') + 1).startsWith(".");
  }

  private static String size(long bytes) {
    return String.format("%,d bytes", bytes);
  }

  private static Cared left(Patient patient, String why) {
    return Cared.without(patient.name(), Action.ORPHANS, Ending.LEFT, why);
  }

  private static Cared result(
      Patient patient, Ending ending, long before, long after, long freed, String note) {
    return new Cared(
        patient.name(),
        Action.ORPHANS,
        ending,
        before,
        after,
        freed,
        0,
        0,
        0,
        ending == Ending.IDLE ? "" : note);
  }
}
