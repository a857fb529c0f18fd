package dev.sluice.transform.publish;

import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Puts staged rows on top of what others published meanwhile. The files that are staged are taken
 * over as they are: no job runs again.
 *
 * <p>Rows that only lie in other files now, as compaction leaves them, stand in nobody's way. Other
 * days of a table that is made day by day do not either. Whatever else changed could be lost, or
 * have changed what was staged: then the run is refused, and the later run reads what is there.
 */
final class Rebase {
  /** How often others may be faster. */
  private static final int TURNS = 50;

  private final StagedTable staged;
  private final String run;

  Rebase(StagedTable staged, String run) {
    this.staged = staged;
    this.run = run;
  }

  /** Catches up with main as it is now; says why not, where it cannot be. */
  Optional<String> catchUp() {
    for (int turn = 1; turn <= TURNS; turn++) {
      TableMetadata now = staged.refs().refresh();
      Optional<Long> main = TableRefs.main(now);
      if (main.equals(staged.base())) {
        staged.saw(now);
        return Optional.empty();
      }
      Optional<String> hindrance = main.isEmpty() ? rolledBack() : hindrance(now, main.get());
      if (hindrance.isPresent()) {
        return hindrance;
      }
      moveTo(main.orElseThrow());
    }
    return Optional.of(staged.name() + " is published by others all the time; run it again");
  }

  private Optional<String> rolledBack() {
    return Optional.of(staged.name() + " was rolled back while this run worked; run it again");
  }

  private Optional<String> hindrance(TableMetadata now, long head) {
    if (TableRefs.head(now, staged.branch()).isEmpty()) {
      return Optional.of("branch " + staged.branch() + " of " + staged.name() + " was dropped");
    }
    Optional<Long> base = staged.base();
    if (base.isPresent() && !SnapshotUtil.isAncestorOf(head, base.get(), now::snapshot)) {
      return rolledBack();
    }
    if (staged.materialization() instanceof Materialization.Merge) {
      return Optional.of(changed("", now.snapshot(head)));
    }
    for (Snapshot since : SnapshotUtil.ancestorsBetween(head, base.orElse(null), now::snapshot)) {
      if (since.operation().equals(DataOperations.REPLACE)) {
        continue;
      }
      if (staged.materialization() instanceof Materialization.Whole) {
        return Optional.of(changed("", since));
      }
      Optional<Set<LocalDate>> touched = touched(since);
      for (LocalDate day : staged.days()) {
        if (touched.isEmpty() || touched.get().contains(day)) {
          return Optional.of(changed(" of " + day, since));
        }
      }
    }
    return Optional.empty();
  }

  private String changed(String day, Snapshot by) {
    String other = by.summary().get(Release.RUN);
    return "%s%s was changed%s while this run worked; run it again"
        .formatted(staged.name(), day, other == null ? "" : " by run " + other);
  }

  /** The days whose rows a commit put or took away; none where its files do not say. */
  private Optional<Set<LocalDate>> touched(Snapshot since) {
    Table table = staged.refs().table();
    List<ContentFile<?>> files = new ArrayList<>();
    SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(since).build();
    changes.addedDataFiles().forEach(files::add);
    changes.removedDataFiles().forEach(files::add);
    changes.addedDeleteFiles().forEach(files::add);
    changes.removedDeleteFiles().forEach(files::add);
    Set<LocalDate> days = new HashSet<>();
    for (ContentFile<?> file : files) {
      Optional<LocalDate> day = day(table.specs().get(file.specId()), file);
      if (day.isEmpty()) {
        return Optional.empty();
      }
      days.add(day.get());
    }
    return Optional.of(days);
  }

  /** The day whose rows are in a file, where the table is partitioned by it. */
  static Optional<LocalDate> day(PartitionSpec spec, ContentFile<?> file) {
    return dayField(spec)
        .flatMap(field -> Optional.ofNullable(file.partition().get(field, Integer.class)))
        .map(LocalDate::ofEpochDay);
  }

  /** Whether a file has rows whose day is empty, where the table is partitioned by it. */
  static boolean withoutDay(PartitionSpec spec, ContentFile<?> file) {
    return dayField(spec).isPresent() && day(spec, file).isEmpty();
  }

  private static Optional<Integer> dayField(PartitionSpec spec) {
    for (int i = 0; i < spec.fields().size(); i++) {
      PartitionField field = spec.fields().get(i);
      if (field.transform().isIdentity()
          && spec.schema().findColumnName(field.sourceId()).equals(TableShape.DAY)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private void moveTo(long main) {
    long tip = staged.tip();
    List<LocalDate> days = new ArrayList<>(staged.days());
    // Of a table that is made whole, the last rows are all there are.
    List<LocalDate> again = daily() ? days : days.subList(days.size() - 1, days.size());
    Map<LocalDate, List<DataFile>> files = new HashMap<>();
    again.forEach(day -> files.put(day, files(tip, rows(day))));
    staged
        .refs()
        .change(
            now -> TableMetadata.buildFrom(now).setBranchSnapshot(main, staged.branch()).build());
    // Noted at the end only: where this breaks off, the rows are still read from the old tip.
    Map<LocalDate, Long> moved = new HashMap<>();
    long last = main;
    for (LocalDate day : again) {
      OverwriteFiles overwrite =
          staged
              .refs()
              .table()
              .newOverwrite()
              .overwriteByRowFilter(rows(day))
              .toBranch(staged.branch())
              .set(Release.RUN, run)
              .set(Release.DAY, day.toString());
      files.get(day).forEach(overwrite::addFile);
      overwrite.commit();
      last = staged.landed(day, last).snapshotId();
      for (LocalDate shown : daily() ? List.of(day) : days) {
        moved.put(shown, last);
      }
    }
    staged.movedTo(main, last, moved);
  }

  private boolean daily() {
    return staged.materialization() instanceof Materialization.Day;
  }

  private Expression rows(LocalDate day) {
    return daily() ? Expressions.equal(TableShape.DAY, day.toString()) : Expressions.alwaysTrue();
  }

  private List<DataFile> files(long snapshot, Expression rows) {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        staged
            .refs()
            .table()
            .newScan()
            .useSnapshot(snapshot)
            .filter(rows)
            .includeColumnStats()
            .planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    } catch (IOException unread) {
      throw new UncheckedIOException(unread);
    }
    return files;
  }
}
