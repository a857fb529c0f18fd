package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.util.ByteBuffers;

/**
 * One table at one snapshot, and the files that hold the rows that are wanted of it.
 *
 * @param skipped how many data files the snapshot has besides
 */
record PlannedTable(Relation.TableState state, List<DataFileRef> dataFiles, long skipped) {

  /**
   * A data file, by what is needed to read it.
   *
   * @param sequence when its rows were added, in the table's own count
   * @param partition within which a delete file of the same partition deletes
   * @param deletes the delete files that Iceberg's rules apply to it
   */
  record DataFileRef(
      String location, long length, long sequence, String partition, List<DeleteFile> deletes) {
    DataFileRef {
      deletes = List.copyOf(deletes);
    }
  }

  PlannedTable {
    dataFiles = List.copyOf(dataFiles);
  }

  /** The table with those files of its snapshot that may have rows that are wanted. */
  static PlannedTable plan(
      Relation.TableState state, Demand demand, int maxFiles, SnapshotFiles known)
      throws RefusedQueryException {
    Optional<List<DataFile>> all = known.all(state);
    long total = all.isPresent() ? all.get().size() : total(state);
    if (demand.nothing()) {
      return new PlannedTable(state, List.of(), total);
    }
    Selection selection = new Selection(state.shown(), demand.enough(), maxFiles);
    if (all.isPresent()) {
      Iterator<DataFile> files = SnapshotFiles.chosen(state, demand.rows(), all.get()).iterator();
      while (files.hasNext() && selection.wantsMore()) {
        selection.add(files.next(), List.of());
      }
    } else {
      try (CloseableIterable<FileScanTask> tasks = filtered(state, demand).planFiles();
          CloseableIterator<FileScanTask> each = tasks.iterator()) {
        while (selection.wantsMore() && each.hasNext()) {
          FileScanTask task = each.next();
          selection.add(task.file(), task.deletes());
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
    return new PlannedTable(state, selection.planned, total - selection.planned.size());
  }

  /** The files taken so far, until there are enough rows in them. */
  private static final class Selection {
    private final String shown;
    private final OptionalLong enough;
    private final int maxFiles;
    private final List<DataFileRef> planned = new ArrayList<>();
    private long rows;

    Selection(String shown, OptionalLong enough, int maxFiles) {
      this.shown = shown;
      this.enough = enough;
      this.maxFiles = maxFiles;
    }

    boolean wantsMore() {
      return planned.isEmpty() || enough.isEmpty() || rows < enough.getAsLong();
    }

    void add(DataFile file, List<DeleteFile> deletes) throws RefusedQueryException {
      if (planned.size() >= maxFiles) {
        throw new RefusedQueryException(
            Reason.NOT_ALLOWED,
            "the query would read more than " + maxFiles + " files (sql.max-files)");
      }
      planned.add(ref(shown, file, deletes));
      rows += deletes.isEmpty() ? file.recordCount() : 0;
    }
  }

  /**
   * Iceberg reads the partitions of the current snapshot by the table's present names. Where the
   * columns asked for have other names by now, names could mix up, so there all files are read.
   */
  private static TableScan filtered(Relation.TableState state, Demand demand) {
    Table table = state.table();
    Snapshot snapshot = state.scan().snapshot();
    boolean current =
        snapshot != null
            && table.currentSnapshot() != null
            && snapshot.snapshotId() == table.currentSnapshot().snapshotId();
    return current && !state.schema().sameSchema(table.schema())
        ? state.scan().filter(Expressions.alwaysTrue())
        : state.scan().filter(demand.rows());
  }

  private static DataFileRef ref(String shown, DataFile file, List<DeleteFile> deletes)
      throws RefusedQueryException {
    if (file.format() != FileFormat.PARQUET) {
      throw new RefusedQueryException(
          Reason.UNSUPPORTED,
          shown + " has " + file.format() + " files; only Parquet is read here");
    }
    Long sequence = file.dataSequenceNumber();
    return new DataFileRef(
        file.location(),
        file.fileSizeInBytes(),
        sequence == null ? 0 : sequence,
        partition(file.specId(), file.partition()),
        deletes);
  }

  /** A partition, told apart from every other. */
  static String partition(int spec, StructLike values) {
    StringBuilder key = new StringBuilder().append(spec);
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i, Object.class);
      String text =
          value instanceof ByteBuffer bytes
              ? HexFormat.of().formatHex(ByteBuffers.toByteArray(bytes))
              : String.valueOf(value);
      key.append(value == null ? "|n" : "|v").append(text.length()).append(':').append(text);
    }
    return key.toString();
  }

  /** The data files of the snapshot, as its manifests count them. */
  static long total(Relation.TableState state) {
    Snapshot snapshot = state.scan().snapshot();
    long total = 0;
    if (snapshot != null) {
      for (ManifestFile manifest : snapshot.dataManifests(state.table().io())) {
        total += count(manifest.addedFilesCount()) + count(manifest.existingFilesCount());
      }
    }
    return total;
  }

  private static long count(Integer files) {
    return files == null ? 0 : files;
  }
}
