package dev.sluice.ingest.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.StructLikeWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one file of many small ones. It takes no rows in or out, so it may happen at any time
 * beside writers: a writer whose commit finds it there before applies its own on top, as after any
 * other commit, and if a file to be replaced is gone, nothing is replaced.
 *
 * <p>Only files that a sink wrote and nobody has deleted rows from. The replaced ones stay in the
 * store for as long as snapshots name them.
 */
public final class FileMerger {

  private static final Logger LOG = LoggerFactory.getLogger(FileMerger.class);

  /** In the summary of a merge's snapshot: which one made it. */
  private static final String SUMMARY_ID = "sluice.merge";

  /** A format whose rows have identities that copying them would change. */
  static final int ROW_LINEAGE_VERSION = 3;

  /** How many spans of time, the newest, may still get rows. */
  private static final int OPEN_SPANS = 2;

  /** What is merged into one file is of one partition. */
  private static final int ONE_PARTITION = 1;

  /** A month of days, each of which a late row may be of, and some. */
  private static final int DAYS_OPEN = 34;

  /** So much of the late lane is sorted out at once, about: rows of all days are in memory. */
  private static final long SORTED_BYTES = 32 << 20;

  /** Files of the lane above this are left as they are, so that none becomes too large to sort. */
  private static final long LANE_FILE_BYTES = SORTED_BYTES / 16;

  private static final int ROWS_PER_LOOK = 1_000;

  /** How many files became how many. */
  public record Merge(int from, int to) {}

  private final LakeConnection lake;
  private final long targetBytes;
  private final Supplier<UUID> ids;

  public FileMerger(LakeConnection lake, long targetBytes, Supplier<UUID> ids) {
    this.lake = lake;
    this.targetBytes = targetBytes;
    this.ids = ids;
  }

  /** Merges what needs it most among the files of these days, once; empty if nothing needs it. */
  public Optional<Merge> merge(TableIdentifier identifier, LocalDate first, LocalDate last) {
    Table table = lake.load(identifier);
    Snapshot base = table.currentSnapshot();
    if (base == null || TableUtil.formatVersion(table) >= ROW_LINEAGE_VERSION) {
      return Optional.empty();
    }
    Found found = find(table, first, last);
    Optional<List<SmallFiles.Candidate>> chosen =
        SmallFiles.choose(candidates(table, found), targetBytes);
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    List<FileScanTask> old =
        chosen.get().stream().map(c -> found.small().get(c.location())).toList();
    PartitionSpec spec = table.specs().get(old.get(0).file().specId());
    return Optional.of(
        replace(identifier, table, base, old, write(table, spec, old, ONE_PARTITION)));
  }

  /**
   * Files what lies in the late lane under its days, the part of it that was written first.
   *
   * @return the days, empty when nothing was there
   */
  public SortedSet<LocalDate> sortOut(TableIdentifier identifier) {
    Optional<Table> table = lake.find(identifier);
    Optional<PartitionSpec> lane = table.flatMap(LateLane::spec);
    if (lane.isEmpty() || table.get().currentSnapshot() == null) {
      return new TreeSet<>();
    }
    Snapshot base = table.get().currentSnapshot();
    List<FileScanTask> old = late(table.get(), base, lane.get());
    if (old.isEmpty()) {
      return new TreeSet<>();
    }
    List<DataFile> sorted = write(table.get(), table.get().spec(), old, DAYS_OPEN);
    replace(identifier, table.get(), base, old, sorted);
    SortedSet<LocalDate> days = new TreeSet<>();
    for (DataFile file : sorted) {
      days.add(LocalDate.ofEpochDay(file.partition().get(0, Integer.class)));
    }
    return days;
  }

  private static List<FileScanTask> late(Table table, Snapshot base, PartitionSpec lane) {
    boolean any =
        base.dataManifests(table.io()).stream()
            .anyMatch(
                manifest ->
                    manifest.partitionSpecId() == lane.specId()
                        && (manifest.hasAddedFiles() || manifest.hasExistingFiles()));
    if (!any) {
      return List.of();
    }
    List<FileScanTask> found = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().useSnapshot(base.snapshotId()).planFiles()) {
      for (FileScanTask task : tasks) {
        if (task.file().specId() == lane.specId() && task.deletes().isEmpty()) {
          found.add(task);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(Comparator.comparingLong(task -> task.file().dataSequenceNumber()));
    long bytes = 0;
    List<FileScanTask> first = new ArrayList<>();
    for (FileScanTask task : found) {
      bytes += task.file().fileSizeInBytes();
      if (first.isEmpty() || bytes <= SORTED_BYTES) {
        first.add(task);
      }
    }
    return first;
  }

  private Merge replace(
      TableIdentifier identifier,
      Table table,
      Snapshot base,
      List<FileScanTask> old,
      List<DataFile> merged) {
    String id = ids.get().toString();
    RewriteFiles rewrite =
        table
            .newRewrite()
            .validateFromSnapshot(base.snapshotId())
            .dataSequenceNumber(base.sequenceNumber());
    rewrite.validateWith(
        ancestors -> {
          rewrite.set(TableProgress.SUMMARY_STANDING, TableProgress.carriedOn(ancestors));
          return true;
        });
    old.forEach(task -> rewrite.deleteFile(task.file()));
    merged.forEach(rewrite::addFile);
    rewrite.set(SUMMARY_ID, id);
    try {
      rewrite.commit();
    } catch (CommitFailedException | ValidationException e) {
      // The catalog's last word is no, and each before was. A lost answer is another exception.
      if (!landed(lake.load(identifier), id)) {
        discard(table, merged);
      }
      throw e;
    }
    return new Merge(old.size(), merged.size());
  }

  private static boolean landed(Table table, String id) {
    for (Snapshot snapshot : table.snapshots()) {
      if (id.equals(snapshot.summary().get(SUMMARY_ID))) {
        return true;
      }
    }
    return false;
  }

  private static void discard(Table table, List<DataFile> files) {
    for (DataFile file : files) {
      try {
        table.io().deleteFile(file.location());
      } catch (RuntimeException e) {
        LOG.info("{}, which no table names, was not deleted: {}", file.location(), e.toString());
      }
    }
  }

  /** The first of the days that may still be merged, when the last that was written is this one. */
  public LocalDate openSince(TableIdentifier identifier, LocalDate last) {
    return FiledTime.of(lake.load(identifier).spec()).beginBefore(last);
  }

  /**
   * The small files that may be merged, and the spans of time of all files of the present spec,
   * large ones too.
   */
  private record Found(Map<String, FileScanTask> small, NavigableSet<Integer> spans) {}

  /** Files of one home may be made into one. */
  private record Home(int spec, StructLikeWrapper partition) {}

  private Found find(Table table, LocalDate first, LocalDate last) {
    int offset = table.schema().findField(TableLayout.OFFSET).fieldId();
    FiledTime time = FiledTime.of(table.spec());
    Optional<PartitionSpec> lane = LateLane.spec(table);
    Found found = new Found(new HashMap<>(), new TreeSet<>());
    try (CloseableIterable<FileScanTask> tasks =
        table
            .newScan()
            .filter(filed(time, first, last))
            .includeColumnStats(Set.of(TableLayout.OFFSET))
            .planFiles()) {
      for (FileScanTask task : tasks) {
        DataFile file = task.file();
        if (file.specId() == table.spec().specId()) {
          time.span(file.partition()).ifPresent(found.spans()::add);
        }
        boolean largeLate =
            lane.isPresent()
                && file.specId() == lane.get().specId()
                && file.fileSizeInBytes() > LANE_FILE_BYTES;
        boolean ours = file.valueCounts() != null && file.valueCounts().containsKey(offset);
        if (ours
            && !largeLate
            && task.deletes().isEmpty()
            && file.fileSizeInBytes() < targetBytes / 2) {
          found.small().put(file.location(), task);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Where partitions are of no time, any file may have its like among those of long ago. */
  private static Expression filed(FiledTime time, LocalDate first, LocalDate last) {
    if (time.unit().isEmpty()) {
      return Expressions.alwaysTrue();
    }
    return Expressions.and(
        Expressions.greaterThanOrEqual(TableLayout.TIME, micros(time.begin(first))),
        Expressions.lessThan(TableLayout.TIME, micros(last.plusDays(1))));
  }

  private static long micros(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toEpochSecond() * 1_000_000;
  }

  /**
   * The partitions of the newest spans of time still get rows; where partitions are of no time, all
   * do, and the late lane. Those of an earlier spec do not.
   */
  private static List<SmallFiles.Candidate> candidates(Table table, Found found) {
    FiledTime time = FiledTime.of(table.spec());
    Optional<PartitionSpec> lane = LateLane.spec(table);
    Set<Integer> newest =
        found.spans().descendingSet().stream().limit(OPEN_SPANS).collect(Collectors.toSet());
    List<SmallFiles.Candidate> candidates = new ArrayList<>();
    for (FileScanTask task : found.small().values()) {
      DataFile file = task.file();
      PartitionSpec spec = table.specs().get(file.specId());
      boolean open =
          lane.filter(late -> late.specId() == spec.specId()).isPresent()
              || (spec.specId() == table.spec().specId()
                  && time.span(file.partition()).map(newest::contains).orElse(true));
      StructLikeWrapper partition =
          StructLikeWrapper.forType(spec.partitionType()).set(file.partition());
      candidates.add(
          new SmallFiles.Candidate(
              file.location(),
              new Home(spec.specId(), partition),
              open ? SmallFiles.Openness.OPEN : SmallFiles.Openness.CLOSED,
              file.fileSizeInBytes()));
    }
    return candidates;
  }

  private List<DataFile> write(
      Table table, PartitionSpec spec, List<FileScanTask> old, int openFilesMax) {
    IntervalFiles<Record> files =
        IntervalFiles.of(table, spec, settings(), ids.get(), openFilesMax);
    try {
      long count = 0;
      for (FileScanTask task : old) {
        try (CloseableIterable<Record> rows = FileRows.of(table, task, table.schema())) {
          for (Record row : rows) {
            files.add(row);
            if (++count % ROWS_PER_LOOK == 0 && openFilesMax > ONE_PARTITION) {
              makeRoom(files);
            }
          }
        }
      }
      return files.finish();
    } catch (IOException e) {
      files.discard();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      // No commit has named them yet.
      files.discard();
      throw e;
    }
  }

  private static void makeRoom(IntervalFiles<Record> files) {
    while (files.buffered() > SORTED_BYTES) {
      files.closeFullest();
    }
  }

  /** Offsets never repeat; larger row groups are what merging is for. */
  private static Map<String, String> settings() {
    return Map.of(
        TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX + TableLayout.OFFSET,
        "false",
        TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
        Long.toString(32 << 20));
  }
}
