package dev.sluice.transform.publish;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.util.SnapshotUtil;

/** A table with the branch on which one run stages: main is where it stood when staging began. */
final class StagedTable {
  /** How often the catalog is asked for what was written just before. */
  private static final int LOOKS = 5;

  private final TableRefs refs;
  private final Materialization materialization;
  private final String branch;
  private final String run;
  private final Map<LocalDate, Long> days = new LinkedHashMap<>();
  private Optional<Long> base;
  private TableMetadata seen;
  private long tip;

  private StagedTable(TableRefs refs, Materialization materialization, String branch, String run) {
    this.refs = refs;
    this.materialization = materialization;
    this.branch = branch;
    this.run = run;
    this.seen = refs.current();
    this.base = TableRefs.main(seen);
  }

  /** Opens the branch. */
  static StagedTable open(TableRefs refs, TableShape shape, String branch, String run) {
    StagedTable staged = new StagedTable(refs, shape.materialization(), branch, run);
    if (staged.seen.ref(branch) != null) {
      throw new JobFailure("two runs are called " + run + "; a run's name is its own");
    }
    if (staged.base.isPresent()) {
      long head = staged.base.get();
      refs.change(now -> TableMetadata.buildFrom(now).setBranchSnapshot(head, branch).build());
      staged.tip = head;
    } else {
      // A branch needs a snapshot to stand at, and there is none yet.
      refs.table().newFastAppend().toBranch(branch).set(Release.RUN, run).commit();
      staged.tip = staged.head(made -> run.equals(made.summary().get(Release.RUN))).snapshotId();
    }
    return staged;
  }

  TableName name() {
    return refs.name();
  }

  TableRefs refs() {
    return refs;
  }

  Materialization materialization() {
    return materialization;
  }

  String branch() {
    return branch;
  }

  /** As SQL writes the branch. */
  String target() {
    return refs.name() + ".`branch_" + branch + "`";
  }

  Set<LocalDate> days() {
    return days.keySet();
  }

  /** The snapshot with each day's rows. */
  Map<LocalDate, Long> snapshots() {
    return Map.copyOf(days);
  }

  long tip() {
    return tip;
  }

  /** Notes that the day's rows are on the branch now, and says with which snapshot they came. */
  Snapshot wrote(LocalDate day) {
    return noted(day, landed(day, tip));
  }

  /** The same of rows that were merged: where there were none, the branch may be as it was. */
  Snapshot merged(LocalDate day, long rows) {
    long before = tip;
    return noted(
        day, head(made -> isOf(made, day, before) || (rows == 0 && made.snapshotId() == before)));
  }

  private Snapshot noted(LocalDate day, Snapshot made) {
    tip = made.snapshotId();
    days.put(day, tip);
    return made;
  }

  /** The snapshot in which this run has just put a day's rows on the branch, after another one. */
  Snapshot landed(LocalDate day, long before) {
    return head(made -> isOf(made, day, before));
  }

  private boolean isOf(Snapshot made, LocalDate day, long before) {
    return made.snapshotId() != before
        && run.equals(made.summary().get(Release.RUN))
        && day.toString().equals(made.summary().get(Release.DAY));
  }

  Optional<Long> base() {
    return base;
  }

  /** Notes that all that is staged now stands on another main. */
  void movedTo(long newBase, long newTip, Map<LocalDate, Long> moved) {
    base = Optional.of(newBase);
    tip = newTip;
    days.putAll(moved);
  }

  /**
   * Notes the table as it will be changed: its main is the base. The table itself is shared with
   * other runs of this process, and may be read anew by them at any time.
   */
  void saw(TableMetadata metadata) {
    seen = metadata;
  }

  TableMetadata seen() {
    return seen;
  }

  /**
   * The head of the branch, once it is what this run has made. The table is shared with other runs
   * of this process, and an older answer to one of them may come last.
   */
  private Snapshot head(Predicate<Snapshot> own) {
    for (int look = 1; look <= LOOKS; look++) {
      TableMetadata now = refs.refresh();
      Optional<Snapshot> found = TableRefs.head(now, branch).map(now::snapshot).filter(own);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new JobFailure(
        "branch %s of %s was dropped or changed by others while rows were staged; run it again"
            .formatted(branch, name()));
  }

  /** The table with the staged rows in main and without the branch. */
  TableMetadata shown(Map<String, String> properties) {
    return TableMetadata.buildFrom(seen)
        .setBranchSnapshot(tip, SnapshotRef.MAIN_BRANCH)
        .removeRef(branch)
        .setProperties(properties)
        .build();
  }

  /** That change, to be made together with others. */
  TableCommit commit(Map<String, String> properties) {
    return TableCommit.create(
        TableIdentifier.of(Namespace.of(name().namespace()), name().table()),
        seen,
        shown(properties));
  }

  /** Whether main has the staged rows, as the catalog says now. */
  boolean isShown() {
    TableMetadata now = refs.refresh();
    return TableRefs.main(now)
        .map(main -> SnapshotUtil.isAncestorOf(main, tip, now::snapshot))
        .orElse(false);
  }
}
