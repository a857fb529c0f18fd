package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.FileRows;
import dev.sluice.ingest.table.IntervalFiles;
import dev.sluice.ingest.table.RowForm;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
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
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Writes the files of one {@link ReplayBatch}: reads files of dead letters, decodes the wanted
 * letters as their stream is declared now, and writes rows and what remains.
 */
final class ReplayWriting {

  /** What is written for one of the stream's tables. */
  private static final class Part {
    private final IntervalFiles<TableRow> files;
    private final SortedSet<LocalDate> days = new TreeSet<>();
    private final Map<LogShard, ReplayBatch.Moved> moved = new HashMap<>();

    Part(IntervalFiles<TableRow> files) {
      this.files = files;
    }
  }

  private final LetterJudge judge;
  private final TableRow made;
  private final Table letterTable;
  private final IntervalFiles<Record> letters;
  private final List<Part> rows;
  private final List<DataFile> sources = new ArrayList<>();
  private final SortedMap<String, Long> refused = new TreeMap<>();
  private final Map<LogShard, Set<Long>> handled = new HashMap<>();
  private long count;

  ReplayWriting(
      Stream stream,
      LetterJudge judge,
      Table letterTable,
      List<Table> rowTables,
      int openFilesMax,
      UUID id) {
    this.judge = judge;
    this.made = judge.row();
    this.letterTable = letterTable;
    this.letters =
        new IntervalFiles<>(
            letterTable, RowForm.ofRecords(letterTable.schema()), Map.of(), id, openFilesMax);
    this.rows =
        rowTables.stream()
            .map(table -> part(table, RowForm.of(table, stream, made), id, openFilesMax))
            .toList();
  }

  private static Part part(Table table, RowForm<TableRow> form, UUID id, int openFilesMax) {
    return new Part(new IntervalFiles<>(table, form, Map.of(), id, openFilesMax));
  }

  /** Takes a whole file, if any of the wanted letters lies in it. */
  void take(FileScanTask file, ReplayTargets wanted) {
    if (!holds(file, wanted)) {
      return;
    }
    sources.add(file.file());
    try (CloseableIterable<Record> all = FileRows.of(letterTable, file, letterTable.schema())) {
      for (Record row : all) {
        if (wanted.contains(row)) {
          decide(row);
        } else {
          letters.add(row);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean holds(FileScanTask file, ReplayTargets wanted) {
    try (CloseableIterable<Record> all =
        FileRows.of(letterTable, file, letterTable.schema().select(ReplayTargets.COLUMNS))) {
      for (Record row : all) {
        if (wanted.contains(row)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void decide(Record row) {
    LogShard shard = DeadLetterTable.shard(row);
    long offset = (Long) row.getField(TableLayout.OFFSET);
    count++;
    handled.computeIfAbsent(shard, s -> new HashSet<>()).add(offset);
    Optional<KeptLetter.Attempt> refusal = judge.refusal(row);
    if (refusal.isPresent()) {
      refused.merge(refusal.get().reason(), 1L, Long::sum);
      letters.add(DeadLetterTable.refusedAgain(letterTable.schema(), row, refusal.get()));
      return;
    }
    Instant receipt = ((OffsetDateTime) row.getField(TableLayout.RECEIVED_AT)).toInstant();
    Part part = rows.get(judge.place());
    part.files.add(made.set(shard.partition(), offset, receipt.toEpochMilli()));
    part.days.add(LocalDate.ofEpochDay(made.day()));
    part.moved.merge(
        shard,
        new ReplayBatch.Moved(1, DeadLetterTable.checksum(row), made.checksum()),
        ReplayBatch.Moved::and);
  }

  /** How many letters have been taken. */
  long count() {
    return count;
  }

  ReplayBatch finish(UUID id) {
    return new ReplayBatch(
        id,
        sources,
        letters.finish(),
        rows.stream()
            .map(part -> new ReplayBatch.TableRows(part.files.finish(), part.days, part.moved))
            .toList(),
        refused,
        handled);
  }

  /** Deletes what was written: no request has named it. */
  void discard() {
    letters.discard();
    rows.forEach(part -> part.files.discard());
  }
}
