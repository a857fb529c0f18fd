package dev.sluice.transform.care;

import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.actions.BinPackRewriteFilePlanner;
import org.apache.iceberg.actions.RewriteDataFiles;
import org.apache.iceberg.actions.RewriteFileGroup;
import org.apache.iceberg.actions.SizeBasedFileRewritePlanner;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.actions.RewriteDataFilesSparkAction;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.SparkSession;

/**
 * Small files of closed days become large ones, in the table's sort order where it has one, and
 * rows that were deleted are left out for good.
 *
 * <p>The new files carry the sequence number that the table had at the start, so deletes that
 * others commit meanwhile still reach them. A commit is dropped when a file it replaces is gone.
 */
final class Compaction {
  /** A commit for each of so many parts: what is killed or beaten loses one part. */
  private static final int COMMITS_MAX = 10;

  private static final int GROUPS_AT_ONCE = 2;

  /** So much is rewritten at once, and sorted as one. */
  private static final long GROUP_BYTES = 4L << 30;

  private final SparkSession spark;
  private final String run;

  Compaction(SparkSession spark, String run) {
    this.spark = spark;
    this.run = run;
  }

  /** What would be rewritten. */
  private record Planned(long files, Iterable<RewriteFileGroup> groups) {}

  /** Says what would be done. */
  Cared tell(Patient patient) {
    Look look = Look.at(patient.table(), patient.days());
    Planned planned = plan(patient);
    return new Cared(
        patient.name(),
        Action.COMPACT,
        planned.files() == 0 ? Ending.IDLE : Ending.TOLD,
        look.files(),
        look.files(),
        0,
        look.planning(),
        look.planning(),
        0,
        planned.files() == 0 ? "" : planned.files() + " files would be rewritten");
  }

  Cared run(Patient patient) {
    Look before = Look.at(patient.table(), patient.days());
    Planned planned = plan(patient);
    boolean deletes = hasDeletes(patient);
    if (planned.files() == 0 && !deletes) {
      return new Cared(
          patient.name(),
          Action.COMPACT,
          Ending.IDLE,
          before.files(),
          before.files(),
          0,
          before.planning(),
          before.planning(),
          0,
          "");
    }
    Map<String, String> options = new HashMap<>(options(patient));
    options.put(RewriteDataFiles.REMOVE_DANGLING_DELETES, String.valueOf(deletes));
    options.put(RewriteDataFiles.PARTIAL_PROGRESS_ENABLED, "true");
    options.put(RewriteDataFiles.PARTIAL_PROGRESS_MAX_COMMITS, "" + COMMITS_MAX);
    // Those beaten are counted below; they are no failure.
    options.put(RewriteDataFiles.PARTIAL_PROGRESS_MAX_FAILED_COMMITS, "" + COMMITS_MAX);
    options.put(RewriteDataFiles.MAX_CONCURRENT_FILE_GROUP_REWRITES, "" + GROUPS_AT_ONCE);
    RewriteDataFilesSparkAction action =
        SparkActions.get(spark)
            .rewriteDataFiles(patient.table())
            .filter(patient.days().filter())
            .snapshotProperty(TableCare.RUN, run)
            .options(options);
    RewriteDataFiles.Result result =
        (patient.table().sortOrder().isSorted() ? action.sort() : action.binPack()).execute();
    patient.table().refresh();
    return report(patient, before, Look.at(patient.table(), patient.days()), planned, result);
  }

  private Cared report(
      Patient patient, Look before, Look after, Planned planned, RewriteDataFiles.Result result) {
    long beaten =
        Math.max(
            0, planned.files() - result.rewrittenDataFilesCount() - result.failedDataFilesCount());
    Ending ending = Ending.DONE;
    String note =
        result.rewrittenDataFilesCount()
            + " files became "
            + result.addedDataFilesCount()
            + (before.deleteFiles() == 0
                ? ""
                : ", " + (before.deleteFiles() - after.deleteFiles()) + " delete files applied");
    if (result.failedDataFilesCount() > 0) {
      ending = Ending.FAILED;
      note =
          result.failedDataFilesCount()
              + " files could not be rewritten"
              + missing(patient, planned).map(file -> ": the store has no " + file).orElse("");
    } else if (beaten > 0) {
      ending = Ending.GAVE_WAY;
      note += ", " + beaten + " were changed by somebody else meanwhile";
    }
    return new Cared(
        patient.name(),
        Action.COMPACT,
        ending,
        before.files(),
        after.files(),
        before.bytes() - after.bytes(),
        before.planning(),
        after.planning(),
        0,
        note);
  }

  private static boolean hasDeletes(Patient patient) {
    return patient.table().currentSnapshot() != null
        && !patient.table().currentSnapshot().deleteManifests(patient.table().io()).isEmpty();
  }

  private static Planned plan(Patient patient) {
    if (patient.table().currentSnapshot() == null) {
      return new Planned(0, CloseableIterable.empty());
    }
    BinPackRewriteFilePlanner planner =
        new BinPackRewriteFilePlanner(patient.table(), patient.days().filter());
    planner.init(options(patient));
    Iterable<RewriteFileGroup> groups = planner.plan().groups();
    long files = 0;
    for (RewriteFileGroup group : groups) {
      files += group.rewrittenFiles().size();
    }
    return new Planned(files, groups);
  }

  private static Map<String, String> options(Patient patient) {
    return Map.of(
        SizeBasedFileRewritePlanner.TARGET_FILE_SIZE_BYTES,
        "" + patient.policy().targetBytes(),
        // Half of it: what one night writes, of any total, the next one leaves.
        SizeBasedFileRewritePlanner.MIN_FILE_SIZE_BYTES,
        "" + patient.policy().targetBytes() / 2,
        SizeBasedFileRewritePlanner.MIN_INPUT_FILES,
        "2",
        SizeBasedFileRewritePlanner.MAX_FILE_GROUP_SIZE_BYTES,
        "" + GROUP_BYTES,
        // What was deleted from a closed day shall be gone from the store: somebody may have a
        // right to that.
        BinPackRewriteFilePlanner.DELETE_FILE_THRESHOLD,
        "1");
  }

  private static Optional<String> missing(Patient patient, Planned planned) {
    for (RewriteFileGroup group : planned.groups()) {
      for (DataFile file : group.rewrittenFiles()) {
        if (!patient.table().io().newInputFile(file.location()).exists()) {
          return Optional.of(file.location());
        }
      }
    }
    return Optional.empty();
  }
}
