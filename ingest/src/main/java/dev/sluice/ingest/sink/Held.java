package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetter;
import dev.sluice.ingest.table.IntervalFiles;
import dev.sluice.ingest.table.TableRow;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;

/**
 * What has been read of one stream's shards and is not committed. The worker's thread fills it;
 * then it is handed, once and for all, to the thread that commits it.
 */
final class Held {

  private final List<DeadLetter> letters = new ArrayList<>();
  private final List<Part> parts;
  private Optional<Instant> since = Optional.empty();
  private Optional<String> misfit = Optional.empty();
  private long bytes;
  private long pinnedBytes;
  private long duplicates;
  private long rows;
  private long oldestMillis = Long.MAX_VALUE;

  /** What is held for one of the stream's tables. */
  private static final class Part {
    private final SortedSet<LocalDate> days = new TreeSet<>();
    private Optional<IntervalFiles<TableRow>> files = Optional.empty();
    private long lastDay = Long.MIN_VALUE;

    long buffered() {
      return files.map(IntervalFiles::buffered).orElse(0L);
    }
  }

  /** Nothing yet for so many tables. */
  Held(int tables) {
    this.parts = Stream.generate(Part::new).limit(tables).toList();
  }

  /** Something has been read: from the first on, a commit is due after a while. */
  void read(int size, long receivedMillis, Instant now) {
    bytes += size;
    oldestMillis = Math.min(oldestMillis, receivedMillis);
    if (since.isEmpty()) {
      since = Optional.of(now);
    }
  }

  void add(int place, TableRow row, Supplier<IntervalFiles<TableRow>> writing) {
    Part part = parts.get(place);
    if (part.files.isEmpty()) {
      part.files = Optional.of(writing.get());
    }
    part.files.get().add(row);
    if (row.day() != part.lastDay) {
      part.lastDay = row.day();
      part.days.add(LocalDate.ofEpochDay(row.day()));
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
    if (letter.reason().equals(DeadLetter.COLUMN_TYPE)) {
      misfit = Optional.of(letter.detail());
    }
    pinnedBytes += size;
  }

  boolean empty() {
    return parts.stream().allMatch(part -> part.files.isEmpty());
  }

  List<DeadLetter> letters() {
    return List.copyOf(letters);
  }

  /** Why the table could not hold an event, if there was such a one. */
  Optional<String> misfit() {
    return misfit;
  }

  /** The days the rows are filed under, by table. */
  List<SortedSet<LocalDate>> days() {
    return parts.stream().map(part -> part.days).toList();
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
    return parts.stream()
        .mapToLong(part -> part.files.map(IntervalFiles::lateRows).orElse(0L))
        .sum();
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
    long bytes = pinnedBytes;
    for (Part part : parts) {
      bytes += part.buffered();
    }
    return bytes;
  }

  /** What closing files cannot free. */
  long pinnedBytes() {
    return pinnedBytes;
  }

  /** Writes to the store what takes most of the memory. */
  void makeRoom() {
    Collections.max(parts, Comparator.comparingLong(Part::buffered))
        .files
        .ifPresent(IntervalFiles::closeFullest);
  }

  /** Closes the files, and names them by table. */
  List<List<DataFile>> finish() {
    return parts.stream()
        .map(part -> part.files.map(IntervalFiles::finish).orElse(List.of()))
        .toList();
  }

  /** Deletes the files: no commit ever named them. */
  void discard() {
    parts.forEach(part -> part.files.ifPresent(IntervalFiles::discard));
  }
}
