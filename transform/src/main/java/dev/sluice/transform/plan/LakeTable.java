package dev.sluice.transform.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.io.CloseableIterable;

/** A table as its catalog and its manifests have it; what is asked of it once is kept. */
final class LakeTable implements TableState {
  /** In a snapshot's summary: the event days that an ingest worker's commit touched, by comma. */
  private static final String TOUCHED_DAYS = "sluice.days";

  private final Table table;

  /** Fixed here, for a catalog may share the table with who refreshes it. */
  private final TableVersion now;

  private final Optional<DayColumn> day;
  private final Function<TableVersion, Map<LocalDate, String>> fingerprintsOf;
  private final Map<TableVersion, Touched> since = new HashMap<>();
  private Optional<List<Piece>> pieces = Optional.empty();

  /** A file of the current snapshot. */
  private record Piece(long bytes, Optional<DayColumn.Span> span) {}

  /**
   * @param fingerprintsOf what {@link #fingerprints} said of an earlier version, or nothing
   */
  LakeTable(Table table, Function<TableVersion, Map<LocalDate, String>> fingerprintsOf) {
    this.table = table;
    this.now = version(table);
    this.day = DayColumn.of(table.schema());
    this.fingerprintsOf = fingerprintsOf;
  }

  @Override
  public TableVersion version() {
    return now;
  }

  private static TableVersion version(Table table) {
    Snapshot current = table.currentSnapshot();
    String uuid = table.uuid().toString();
    return current == null
        ? new TableVersion(uuid, TableVersion.EMPTY, Instant.EPOCH)
        : new TableVersion(
            uuid, current.snapshotId(), Instant.ofEpochMilli(current.timestampMillis()));
  }

  @Override
  public Optional<LocalDate> firstDay() {
    return pieces().stream()
        .flatMap(piece -> piece.span().stream())
        .map(DayColumn.Span::first)
        .min(LocalDate::compareTo);
  }

  @Override
  public Volume volume(LocalDate from, LocalDate to) {
    Volume all = Volume.NONE;
    for (Piece piece : pieces()) {
      if (piece.span().isEmpty() || piece.span().get().meets(from, to)) {
        all = all.plus(new Volume(1, piece.bytes()));
      }
    }
    return all;
  }

  @Override
  public Touched since(TableVersion then) {
    return since.computeIfAbsent(then, this::compared);
  }

  /** Of each day that has rows. Empty where a row's day cannot be told from the manifests. */
  SortedMap<LocalDate, String> fingerprints() {
    SortedMap<LocalDate, Fingerprint> prints = new TreeMap<>();
    boolean[] told = {true};
    scan(
        TableScan::includeColumnStats,
        file -> {
          Optional<DayColumn.Span> span = span(file);
          told[0] &= span.isPresent();
          span.ifPresent(
              days ->
                  days.first()
                      .datesUntil(days.last().plusDays(1))
                      .forEach(
                          date ->
                              prints
                                  .computeIfAbsent(date, key -> new Fingerprint(table.schema()))
                                  .add(file)));
        });
    if (!told[0]) {
      return new TreeMap<>();
    }
    SortedMap<LocalDate, String> texts = new TreeMap<>();
    prints.forEach((date, print) -> texts.put(date, print.text()));
    return texts;
  }

  private Touched compared(TableVersion then) {
    if (!now.uuid().equals(then.uuid())) {
      return new Touched.Everything("it was dropped and made again");
    }
    SortedSet<LocalDate> days = new TreeSet<>();
    long id = now.snapshot();
    while (id != then.snapshot()) {
      Snapshot snapshot = table.snapshot(id);
      if (snapshot == null) {
        return byFingerprints(then);
      }
      Optional<Set<LocalDate>> touched = touched(snapshot);
      if (touched.isEmpty()) {
        return new Touched.Everything("snapshot " + id + " does not tell its days");
      }
      days.addAll(touched.get());
      id = snapshot.parentId() == null ? TableVersion.EMPTY : snapshot.parentId();
      if (id == TableVersion.EMPTY && then.snapshot() != TableVersion.EMPTY) {
        return byFingerprints(then);
      }
    }
    return Touched.days(days, Touched.How.SNAPSHOTS);
  }

  private Touched byFingerprints(TableVersion then) {
    Map<LocalDate, String> before = fingerprintsOf.apply(then);
    Map<LocalDate, String> after = fingerprints();
    if (before.isEmpty() || (after.isEmpty() && !pieces().isEmpty())) {
      return new Touched.Everything("its snapshots from then are expired");
    }
    Set<LocalDate> days = new HashSet<>(before.keySet());
    days.addAll(after.keySet());
    days.removeIf(date -> before.getOrDefault(date, "").equals(after.getOrDefault(date, "")));
    return Touched.days(days, Touched.How.FINGERPRINTS);
  }

  /** The days of a commit's rows, if it tells them. */
  private Optional<Set<LocalDate>> touched(Snapshot snapshot) {
    if (DataOperations.REPLACE.equals(snapshot.operation())) {
      return Optional.of(Set.of());
    }
    Optional<Set<LocalDate>> said =
        Optional.ofNullable(snapshot.summary().get(TOUCHED_DAYS)).flatMap(LakeTable::days);
    if (said.isPresent()) {
      return said;
    }
    SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(snapshot).build();
    List<ContentFile<?>> files = new ArrayList<>();
    changes.addedDataFiles().forEach(files::add);
    changes.removedDataFiles().forEach(files::add);
    changes.addedDeleteFiles().forEach(files::add);
    changes.removedDeleteFiles().forEach(files::add);
    Set<LocalDate> days = new HashSet<>();
    for (ContentFile<?> file : files) {
      Optional<DayColumn.Span> span = span(file);
      if (span.isEmpty()) {
        return Optional.empty();
      }
      span.get().first().datesUntil(span.get().last().plusDays(1)).forEach(days::add);
    }
    return Optional.of(days);
  }

  private static Optional<Set<LocalDate>> days(String text) {
    Set<LocalDate> days = new HashSet<>();
    try {
      for (String word : text.split(",", -1)) {
        if (!word.isBlank()) {
          days.add(LocalDate.parse(word.strip()));
        }
      }
      return Optional.of(days);
    } catch (DateTimeParseException notOurs) {
      return Optional.empty();
    }
  }

  private Optional<DayColumn.Span> span(ContentFile<?> file) {
    return day.flatMap(column -> column.span(file, table.specs().get(file.specId())));
  }

  private List<Piece> pieces() {
    if (pieces.isEmpty()) {
      pieces = Optional.of(planned());
    }
    return pieces.get();
  }

  private List<Piece> planned() {
    boolean byPartition =
        day.isPresent() && table.specs().values().stream().allMatch(day.get()::partitions);
    List<Piece> found = new ArrayList<>();
    scan(
        byPartition ? UnaryOperator.identity() : TableScan::includeColumnStats,
        file -> found.add(new Piece(file.fileSizeInBytes(), span(file))));
    return found;
  }

  /** Every data file and delete file of the snapshot, once. */
  private void scan(UnaryOperator<TableScan> how, Consumer<ContentFile<?>> each) {
    if (now.snapshot() == TableVersion.EMPTY) {
      return;
    }
    Set<String> deletes = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks =
        how.apply(table.newScan().useSnapshot(now.snapshot())).planFiles()) {
      for (FileScanTask task : tasks) {
        each.accept(task.file());
        for (DeleteFile delete : task.deletes()) {
          // One delete file may apply to many data files; a vector shares its file with others.
          if (deletes.add(delete.location() + "#" + delete.contentOffset())) {
            each.accept(delete);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
