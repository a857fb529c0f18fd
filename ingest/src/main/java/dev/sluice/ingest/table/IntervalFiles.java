package dev.sluice.ingest.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Parquet files of one interval of one table, one open file per partition. When more partitions
 * are touched than files may be open, the one that has waited longest for a row is closed; when the
 * memory they share is spent, the fullest is. Either way the interval goes on.
 */
public final class IntervalFiles<T> {

  private static final Logger LOG = LoggerFactory.getLogger(IntervalFiles.class);
  private static final long ROW_GROUP_BYTES = 16 << 20;

  /** An open file and when it got its last run of rows, counted in runs. */
  private static final class Open<T> {
    private final DataWriter<T> writer;
    private long touched;

    Open(DataWriter<T> writer) {
      this.writer = writer;
    }

    /** A row group is in memory until it is full: no file holds much more than one. */
    long buffered() {
      return Math.min(ROW_GROUP_BYTES, writer.length());
    }
  }

  private final Table table;
  private final PartitionSpec spec;
  private final RowForm<T> form;
  private final Map<String, String> settings;
  private final int openFilesMax;
  private final OutputFileFactory names;
  private final Optional<LateLane> lane;
  private final Predicate<T> late;
  private final PartitionKey key;
  private final Map<PartitionKey, Open<T>> open = new HashMap<>();
  // Where the row before went, null where there was none.
  private Open<T> last;
  private long lastMark;
  private long runs;
  private final List<DataFile> closed = new ArrayList<>();

  /**
   * Files of rows of this form.
   *
   * @param settings Iceberg's write properties that go before the table's own
   */
  public IntervalFiles(
      Table table, RowForm<T> form, Map<String, String> settings, UUID id, int openFilesMax) {
    this(table, table.spec(), form, settings, id, openFilesMax, Optional.empty(), row -> false);
  }

  /** Files of rows, the late ones of which lie together. */
  public static IntervalFiles<TableRow> withLane(
      Table table,
      RowForm<TableRow> form,
      Map<String, String> settings,
      UUID id,
      int openFilesMax) {
    Optional<LateLane> lane = LateLane.of(table);
    return new IntervalFiles<>(
        table,
        table.spec(),
        form,
        settings,
        id,
        openFilesMax,
        lane,
        row -> lane.isPresent() && lane.get().takes(row));
  }

  /** Files that are partitioned like this, which the table must know of. */
  static IntervalFiles<Record> of(
      Table table, PartitionSpec spec, Map<String, String> settings, UUID id, int openFilesMax) {
    return new IntervalFiles<>(
        table,
        spec,
        RowForm.ofRecords(table.schema()),
        settings,
        id,
        openFilesMax,
        Optional.empty(),
        row -> false);
  }

  private IntervalFiles(
      Table table,
      PartitionSpec spec,
      RowForm<T> form,
      Map<String, String> settings,
      UUID id,
      int openFilesMax,
      Optional<LateLane> lane,
      Predicate<T> late) {
    this.table = table;
    this.spec = spec;
    this.lane = lane;
    this.late = late;
    this.form = form;
    this.settings = Map.copyOf(settings);
    this.openFilesMax = openFilesMax;
    this.names =
        OutputFileFactory.builderFor(table, 0, 0)
            .format(FileFormat.PARQUET)
            .operationId(id.toString())
            .build();
    this.key = new PartitionKey(spec, table.schema());
  }

  public void add(T row) {
    if (late.test(row)) {
      PartitionSpec unpartitioned = lane.orElseThrow().spec();
      file(new PartitionKey(unpartitioned, table.schema()), unpartitioned).writer.write(row);
      return;
    }
    long mark = form.mark(row);
    if (last == null || mark != lastMark || mark == RowForm.UNMARKED) {
      last = file(row);
      lastMark = mark;
    }
    last.writer.write(row);
  }

  /** Rows that went to the late lane. */
  public long lateRows() {
    return lane.map(LateLane::rows).orElse(0L);
  }

  private Open<T> file(T row) {
    key.partition(form.view(row));
    return file(key, spec);
  }

  private Open<T> file(PartitionKey where, PartitionSpec partitioned) {
    Open<T> file = open.get(where);
    if (file == null) {
      if (open.size() >= openFilesMax) {
        close(coldest());
      }
      PartitionKey partition = where.copy();
      file = new Open<>(begin(partition, partitioned));
      open.put(partition, file);
    }
    file.touched = ++runs;
    return file;
  }

  private PartitionKey coldest() {
    return Collections.min(open.keySet(), Comparator.comparingLong(key -> open.get(key).touched));
  }

  /** What is in memory and in no file yet, about. */
  public long buffered() {
    long bytes = 0;
    for (Open<T> file : open.values()) {
      bytes += file.buffered();
    }
    return bytes;
  }

  /** Makes room: closes the file that holds most. */
  public void closeFullest() {
    if (!open.isEmpty()) {
      close(
          Collections.max(
              open.keySet(), Comparator.comparingLong(key -> open.get(key).buffered())));
    }
  }

  private DataWriter<T> begin(PartitionKey partition, PartitionSpec partitioned) {
    boolean whole = partitioned.isUnpartitioned();
    try {
      return Parquet.writeData(
              whole ? names.newOutputFile() : names.newOutputFile(partitioned, partition))
          .setAll(table.properties())
          .set(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, Long.toString(ROW_GROUP_BYTES))
          .setAll(settings)
          .schema(table.schema())
          .metricsConfig(MetricsConfig.forTable(table))
          .createWriterFunc(form::writer)
          .withSpec(partitioned)
          .withPartition(whole ? null : partition)
          .withSortOrder(table.sortOrder())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Closes what is open and names all files: they lie in the store, and no table knows of them yet.
   */
  public List<DataFile> finish() {
    closeAll();
    return List.copyOf(closed);
  }

  private void closeAll() {
    List.copyOf(open.keySet()).forEach(this::close);
  }

  private void close(PartitionKey partition) {
    Open<T> file = open.remove(partition);
    last = null;
    try {
      file.writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    closed.add(file.writer.toDataFile());
  }

  /**
   * Deletes the files. Only for files that no commit request has ever named: one that has may still
   * land.
   */
  public void discard() {
    for (PartitionKey partition : List.copyOf(open.keySet())) {
      unlessItFails(() -> close(partition));
    }
    closed.forEach(file -> unlessItFails(() -> table.io().deleteFile(file.location())));
    closed.clear();
  }

  /** The store may be what these files are let go for; what stays there is left to table care. */
  private void unlessItFails(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.info("a file that was let go of stays in {}: {}", table.location(), e.toString());
    }
  }
}
