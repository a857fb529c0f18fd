package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetter;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.EventRow;
import dev.sluice.ingest.table.IntervalFiles;
import dev.sluice.ingest.table.TableLayout;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** What a worker holds for one table and has not committed. Only the worker's thread touches it. */
final class TableTrack {

  private final Stream stream;
  private final Function<Table, IntervalFiles> writing;
  private Optional<Table> table = Optional.empty();
  private Optional<IntervalFiles> files = Optional.empty();
  private final List<DeadLetter> letters = new ArrayList<>();
  private final SortedSet<LocalDate> days = new TreeSet<>();
  private Optional<Instant> since = Optional.empty();
  private Duration lastCost = Duration.ZERO;
  private long bytes;
  private long rows;
  private long commits;

  TableTrack(Stream stream, Function<Table, IntervalFiles> writing) {
    this.stream = stream;
    this.writing = writing;
  }

  Stream stream() {
    return stream;
  }

  TableIdentifier identifier() {
    return TableLayout.identifier(stream);
  }

  void opened(Table fresh) {
    // Files in the making keep the schema they were begun with.
    if (files.isEmpty()) {
      table = Optional.of(fresh);
    }
  }

  Schema schema() {
    return table.orElseThrow().schema();
  }

  void add(EventRow row) {
    if (files.isEmpty()) {
      files = Optional.of(writing.apply(table.orElseThrow()));
    }
    files.get().add(row.row());
    days.add(row.day());
    rows++;
  }

  void add(DeadLetter letter) {
    letters.add(letter);
  }

  /** Something has been read: from the first on, a commit is due after a while. */
  void read(int size, Instant now) {
    bytes += size;
    if (since.isEmpty()) {
      since = Optional.of(now);
    }
  }

  List<DeadLetter> letters() {
    return List.copyOf(letters);
  }

  SortedSet<LocalDate> days() {
    return days;
  }

  Optional<Instant> since() {
    return since;
  }

  Duration lastCost() {
    return lastCost;
  }

  long bytes() {
    return bytes;
  }

  long rows() {
    return rows;
  }

  List<DataFile> finish() {
    return files.map(IntervalFiles::finish).orElse(List.of());
  }

  /** How many commits this worker has made here. */
  long committed(Duration cost) {
    lastCost = cost;
    forget();
    return ++commits;
  }

  /**
   * Lets go of what is held; its files stay where they are, for a commit that names them may be on
   * its way.
   */
  void forget() {
    files = Optional.empty();
    letters.clear();
    days.clear();
    since = Optional.empty();
    bytes = 0;
    rows = 0;
  }

  /** Lets go of what is held, files included: no commit ever named them. */
  void discard() {
    Optional<IntervalFiles> unsent = files;
    forget();
    unsent.ifPresent(IntervalFiles::discard);
  }
}
