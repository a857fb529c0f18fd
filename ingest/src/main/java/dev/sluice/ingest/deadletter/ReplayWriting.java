package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.stream.ColumnDecoder;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.ColumnFit;
import dev.sluice.ingest.table.FileRows;
import dev.sluice.ingest.table.IntervalFiles;
import dev.sluice.ingest.table.RowForm;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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

  private final ColumnDecoder decoder;
  private final ColumnFit fit;
  private final TableRow made;
  private final Instant now;
  private final Table letterTable;
  private final IntervalFiles<Record> letters;
  private final IntervalFiles<TableRow> rows;
  private final List<DataFile> sources = new ArrayList<>();
  private final SortedSet<LocalDate> days = new TreeSet<>();
  private final Map<LogShard, ReplayBatch.Moved> moved = new HashMap<>();
  private final SortedMap<String, Long> refused = new TreeMap<>();
  private final Map<LogShard, Set<Long>> handled = new HashMap<>();
  private long count;

  ReplayWriting(
      Stream stream,
      EventDecoder decoder,
      Instant now,
      Table letterTable,
      Table rowTable,
      int openFilesMax,
      UUID id) {
    this.decoder = decoder.columns(stream);
    this.made = new TableRow(this.decoder.columns());
    this.fit = ColumnFit.of(rowTable, stream);
    this.now = now;
    this.letterTable = letterTable;
    this.letters =
        new IntervalFiles<>(
            letterTable, RowForm.ofRecords(letterTable.schema()), Map.of(), id, openFilesMax);
    this.rows =
        new IntervalFiles<>(
            rowTable, RowForm.of(rowTable, stream, made), Map.of(), id, openFilesMax);
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
    Optional<KeptLetter.Attempt> refusal = refusal(decoder, fit, row, now);
    if (refusal.isPresent()) {
      refused.merge(refusal.get().reason(), 1L, Long::sum);
      letters.add(DeadLetterTable.refusedAgain(letterTable.schema(), row, refusal.get()));
      return;
    }
    Instant receipt = ((OffsetDateTime) row.getField(TableLayout.RECEIVED_AT)).toInstant();
    rows.add(made.set(shard.partition(), offset, receipt.toEpochMilli()));
    days.add(LocalDate.ofEpochDay(made.day()));
    moved.merge(
        shard,
        new ReplayBatch.Moved(1, DeadLetterTable.checksum(row), made.checksum()),
        ReplayBatch.Moved::and);
  }

  /**
   * Why the kept bytes are no event as the stream is declared now; empty if they are one, which is
   * then in the decoder's columns. A record without bytes is none.
   */
  static Optional<KeptLetter.Attempt> refusal(
      ColumnDecoder decoder, ColumnFit fit, Record row, Instant now) {
    ByteBuffer value = (ByteBuffer) row.getField("value");
    if (value == null) {
      return Optional.of(
          new KeptLetter.Attempt(Optional.of(now), DeadLetter.NO_VALUE, "the record has no value"));
    }
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    Optional<Decoded.Refused> refused = decoder.read(bytes);
    if (refused.isPresent()) {
      return Optional.of(
          new KeptLetter.Attempt(
              Optional.of(now), refused.get().reason().wireName(), refused.get().detail()));
    }
    return fit.misfit(decoder.columns())
        .map(why -> new KeptLetter.Attempt(Optional.of(now), DeadLetter.COLUMN_TYPE, why));
  }

  /** How many letters have been taken. */
  long count() {
    return count;
  }

  ReplayBatch finish(UUID id) {
    return new ReplayBatch(
        id, sources, letters.finish(), rows.finish(), days, moved, refused, handled);
  }

  /** Deletes what was written: no request has named it. */
  void discard() {
    letters.discard();
    rows.discard();
  }
}
