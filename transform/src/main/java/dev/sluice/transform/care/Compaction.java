package dev.sluice.transform.care;

import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.actions.BinPackRewriteFilePlanner;
import org.apache.iceberg.actions.RewriteDataFiles;
import org.apache.iceberg.actions.RewriteFileGroup;
import org.apache.iceberg.actions.SizeBasedFileRewritePlanner;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
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
    Optional<RewriteDataFiles.Result> rewritten =
        planned.files() == 0 ? Optional.empty() : Optional.of(rewrite(patient));
    Dangling dangling = hasDeletes(patient) ? removeDangling(patient) : new Dangling(0, "");
    patient.table().refresh();
    Look after = Look.at(patient.table(), patient.days());
    List<String> notes = new ArrayList<>();
    Ending ending = rewritten.isEmpty() && dangling.removed() == 0 ? Ending.IDLE : Ending.DONE;
    if (rewritten.isPresent()) {
      ending = judge(patient, planned, rewritten.get(), notes);
    }
    if (before.deleteFiles() > after.deleteFiles()) {
      notes.add((before.deleteFiles() - after.deleteFiles()) + " delete files applied");
    }
    if (!dangling.why().isEmpty()) {
      notes.add("delete files that apply to nothing stay: " + dangling.why());
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
        String.join(", ", notes));
  }

  private RewriteDataFiles.Result rewrite(Patient patient) {
    Map<String, String> options = new HashMap<>(options(patient));
    options.put(RewriteDataFiles.PARTIAL_PROGRESS_ENABLED, "true");
    options.put(RewriteDataFiles.PARTIAL_PROGRESS_MAX_COMMITS, "" + COMMITS_MAX);
    // Those beaten are counted; they are no failure.
    options.put(RewriteDataFiles.PARTIAL_PROGRESS_MAX_FAILED_COMMITS, "" + COMMITS_MAX);
    options.put(RewriteDataFiles.MAX_CONCURRENT_FILE_GROUP_REWRITES, "" + GROUPS_AT_ONCE);
    RewriteDataFilesSparkAction action =
        SparkActions.get(spark)
            .rewriteDataFiles(patient.table())
            .filter(patient.days().filter())
            .snapshotProperty(TableCare.RUN, run)
            .options(options);
    return (patient.table().sortOrder().isSorted() ? action.sort() : action.binPack()).execute();
  }

  private static Ending judge(
      Patient patient, Planned planned, RewriteDataFiles.Result result, List<String> notes) {
    long beaten =
        planned.files() - result.rewrittenDataFilesCount() - result.failedDataFilesCount();
    if (result.rewrittenDataFilesCount() > 0) {
      notes.add(result.rewrittenDataFilesCount() + " files became " + result.addedDataFilesCount());
    }
    if (result.failedDataFilesCount() > 0) {
      notes.add(
          result.failedDataFilesCount()
              + " files could not be rewritten"
              + missing(patient, planned).map(file -> ": the store has no " + file).orElse(""));
      return Ending.FAILED;
    }
    if (beaten > 0) {
      notes.add(beaten + " files were changed by somebody else meanwhile");
      return Ending.GAVE_WAY;
    }
    return Ending.DONE;
  }

  /** How many delete files were removed, or why none was. */
  private record Dangling(long removed, String why) {}

  /** Delete files whose last row is gone. A commit of anybody meanwhile is in the way of it. */
  private Dangling removeDangling(Patient patient) {
    String why = "";
    for (int attempt = 0; attempt < TableCare.ATTEMPTS; attempt++) {
      patient.table().refresh();
      try {
        return new Dangling(
            StreamSupport.stream(
                    SparkActions.get(spark)
                        .removeDanglingDeleteFiles(patient.table())
                        .execute()
                        .removedDeleteFiles()
                        .spliterator(),
                    false)
                .count(),
            "");
      } catch (CommitFailedException | ValidationException beaten) {
        why = beaten.getMessage();
      }
    }
    return new Dangling(0, why);
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
