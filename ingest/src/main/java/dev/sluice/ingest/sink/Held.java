package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetter;
import dev.sluice.ingest.table.IntervalFiles;
import dev.sluice.ingest.table.TableRow;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;

/**
 * What has been read of one table's shards and is not committed. The worker's thread fills it; then
 * it is handed, once and for all, to the thread that commits it.
 */
final class Held {

  private final List<DeadLetter> letters = new ArrayList<>();
  private final SortedSet<LocalDate> days = new TreeSet<>();
  private Optional<IntervalFiles<TableRow>> files = Optional.empty();
  private Optional<Instant> since = Optional.empty();
  private long lastDay = Long.MIN_VALUE;
  private long bytes;
  private long pinnedBytes;
  private long duplicates;
  private long rows;
  private long oldestMillis = Long.MAX_VALUE;

  /** Something has been read: from the first on, a commit is due after a while. */
  void read(int size, long receivedMillis, Instant now) {
    bytes += size;
    oldestMillis = Math.min(oldestMillis, receivedMillis);
    if (since.isEmpty()) {
      since = Optional.of(now);
    }
  }

  void add(TableRow row, Supplier<IntervalFiles<TableRow>> writing) {
    if (files.isEmpty()) {
      files = Optional.of(writing.get());
    }
    files.get().add(row);
    if (row.day() != lastDay) {
      lastDay = row.day();
      days.add(LocalDate.ofEpochDay(lastDay));
    }
    rows++;
  }

  /** The row's id is known apart from the row until it is in the table. */
  void pin(int bytesOfId) {
    pinnedBytes += bytesOfId;
  }

  void duplicate() {
    duplicates++;
  }

  void add(DeadLetter letter, int size) {
    letters.add(letter);
    pinnedBytes += size;
  }

  boolean empty() {
    return files.isEmpty();
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

  /** Bytes of the log. */
  long bytes() {
    return bytes;
  }

  long rows() {
    return rows;
  }

  /** Rows whose day was over when they came. */
  long lateRows() {
    return files.map(IntervalFiles::lateRows).orElse(0L);
  }

  /** When the log received the oldest of it. */
  Instant oldest() {
    return Instant.ofEpochMilli(oldestMillis);
  }

  long duplicates() {
    return duplicates;
  }

  /** What it takes of the memory: open files, dead letters and ids. */
  long memory() {
    return pinnedBytes + files.map(IntervalFiles::buffered).orElse(0L);
  }

  /** What closing files cannot free. */
  long pinnedBytes() {
    return pinnedBytes;
  }

  /** Writes to the store what takes most of the memory. */
  void makeRoom() {
    files.ifPresent(IntervalFiles::closeFullest);
  }

  /** Closes the files. */
  List<DataFile> finish() {
    return files.map(IntervalFiles::finish).orElse(List.of());
  }

  /** Deletes the files: no commit ever named them. */
  void discard() {
    files.ifPresent(IntervalFiles::discard);
  }
}
