package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.stream.ColumnDecoders;
import dev.sluice.ingest.stream.SchemaUnavailableException;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.FileRows;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableCommit;
import dev.sluice.ingest.table.TableLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes dead letters once more, as their stream is declared now, and makes rows of those that are
 * events, exactly once.
 *
 * <p>One joint commit moves letters: the files of {@code ops.dead_letters} they lie in are replaced
 * by what remains of them, their rows are appended to the stream's table, and the properties of
 * both tables say so. It requires that both main branches are where they were read. So whoever
 * commits first, a worker or another replay, makes every request that was built before fail; and a
 * letter that the table still has has made no row. That is all there is to it: after a lost answer,
 * a crash or a refusal the tables are read again, and a letter that is gone is done.
 *
 * <p>Files are replaced whole, not covered by delete files. A letter is then either in or not for
 * every reader, workers append beside it undisturbed, and its bytes leave the lake with the old
 * snapshots. A file is no larger than an interval, so that is cheap.
 */
public final class Replay {

  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

  /**
   * What bounds a replay.
   *
   * @param attempts how often a commit is tried
   * @param openFiles files one table may have open at once
   * @param lettersPerCommit a commit takes whole files until it has so many letters
   * @param letters so many letters are replayed at a time; half a million cost about 50 MB of
   *     memory
   */
  public record Bounds(int attempts, int openFiles, long lettersPerCommit, long letters) {
    public Bounds {
      if (attempts < 1 || openFiles < 1 || lettersPerCommit < 1 || letters < 1) {
        throw new IllegalArgumentException("every bound is at least 1");
      }
    }

    /** Those of an installation that commits with these settings. */
    public static Bounds of(int attempts, int openFiles) {
      return new Bounds(attempts, openFiles, 20_000, 500_000);
    }
  }

  private final LakeConnection lake;
  private final ColumnDecoders decoders;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final Bounds bounds;
  private final TableCommit.Pause pause;

  public Replay(
      LakeConnection lake,
      ColumnDecoders decoders,
      InstantSource clock,
      Supplier<UUID> ids,
      Bounds bounds,
      TableCommit.Pause pause) {
    this.lake = lake;
    this.decoders = decoders;
    this.clock = clock;
    this.ids = ids;
    this.bounds = bounds;
    this.pause = pause;
  }

  /** All tables, and which snapshot of the letters' table it is whose files are looked at. */
  private record Tables(Table letters, long base, List<Table> rows) {}

  private Optional<Tables> open(Stream stream) {
    if (lake.find(DeadLetterTable.IDENTIFIER).isEmpty()) {
      return Optional.empty();
    }
    Table letters = lake.open(DeadLetterTable.layout());
    // Asked now: whatever loads the table anew later moves this object with it.
    Snapshot base = letters.currentSnapshot();
    if (base == null) {
      return Optional.empty();
    }
    List<Table> rows = new ArrayList<>();
    for (TableIdentifier name : TableLayout.identifiers(stream)) {
      rows.add(lake.open(TableLayout.of(stream, name)));
    }
    return Optional.of(new Tables(letters, base.snapshotId(), rows));
  }

  /** Says what a replay would do, and changes nothing. */
  public ReplayReport rehearse(Stream stream, LetterFilter filter) {
    Optional<Table> letters = lake.find(DeadLetterTable.IDENTIFIER);
    List<TableIdentifier> names = TableLayout.identifiers(stream);
    List<Table> rows = names.stream().flatMap(name -> lake.find(name).stream()).toList();
    if (letters.isEmpty() || rows.size() < names.size()) {
      return ReplayReport.nothing();
    }
    ReplayTargets targets;
    try {
      targets = ReplayTargets.read(letters.get(), rows, filter, bounds.letters());
    } catch (ReplayStoppedException e) {
      return ReplayReport.stopped(e.getMessage());
    }
    LetterJudge judge = new LetterJudge(stream, decoders, rows, clock.instant());
    long events = 0;
    SortedMap<String, Long> refused = new TreeMap<>();
    for (FileScanTask task : plan(letters.get(), filter)) {
      try (CloseableIterable<Record> all =
          FileRows.of(letters.get(), task, letters.get().schema())) {
        for (Record row : all) {
          if (!targets.contains(row)) {
            continue;
          }
          Optional<KeptLetter.Attempt> refusal = judge.refusal(row);
          if (refusal.isPresent()) {
            refused.merge(refusal.get().reason(), 1L, Long::sum);
          } else {
            events++;
          }
        }
      } catch (SchemaUnavailableException e) {
        return ReplayReport.stopped(e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    long matched = targets.size() + targets.waiting();
    return new ReplayReport(matched, events, refused, targets.waiting(), 0, more(targets));
  }

  private Optional<String> more(ReplayTargets targets) {
    return targets.more()
        ? Optional.of(
            "there are more than " + bounds.letters() + " letters: replay again for the rest")
        : Optional.empty();
  }

  /** Replays the letters that are there now and match. */
  public ReplayReport run(Stream stream, LetterFilter filter) {
    Optional<Tables> tables = open(stream);
    if (tables.isEmpty()) {
      return ReplayReport.nothing();
    }
    ReplayTargets targets;
    try {
      targets =
          ReplayTargets.read(tables.get().letters(), tables.get().rows(), filter, bounds.letters());
    } catch (ReplayStoppedException e) {
      return ReplayReport.stopped(e.getMessage());
    }
    long matched = targets.size() + targets.waiting();
    long rows = 0;
    long again = 0;
    SortedMap<String, Long> refused = new TreeMap<>();
    Optional<String> stopped = more(targets);
    try {
      Optional<ReplayBatch> done = next(stream, filter, targets);
      while (done.isPresent()) {
        targets.remove(done.get().handled());
        rows += done.get().movedCount();
        for (Map.Entry<String, Long> one : done.get().refused().entrySet()) {
          refused.merge(one.getKey(), one.getValue(), Long::sum);
          again += one.getValue();
        }
        done = next(stream, filter, targets);
      }
    } catch (ReplayStoppedException e) {
      return new ReplayReport(
          matched, rows, refused, targets.waiting(), 0, Optional.of(e.getMessage()));
    }
    long elsewhere = matched - targets.waiting() - rows - again;
    return new ReplayReport(matched, rows, refused, targets.waiting(), elsewhere, stopped);
  }

  /** Commits one batch of the letters that are still to be handled; empty when there is none. */
  private Optional<ReplayBatch> next(Stream stream, LetterFilter filter, ReplayTargets targets) {
    Optional<ReplayBatch> held = Optional.empty();
    String why = "";
    for (int attempt = 1; attempt <= bounds.attempts() && targets.size() > 0; attempt++) {
      try {
        Tables tables = open(stream).orElseThrow();
        if (held.isPresent() && ReplayCommit.landed(tables.letters(), held.get())) {
          return held;
        }
        if (held.isEmpty() || !applies(tables.letters(), filter, held.get())) {
          held = prepare(tables, stream, filter, targets);
        }
        if (held.isEmpty()) {
          return Optional.empty();
        }
        lake.commitTogether(
            ReplayCommit.stage(tables.letters(), tables.base(), tables.rows(), stream, held.get()));
        return held;
      } catch (LakeConnection.JointCommitsNotOfferedException e) {
        throw new ReplayStoppedException(
            "a replay changes two tables at once, and " + e.getMessage());
      } catch (SchemaUnavailableException e) {
        throw new ReplayStoppedException(e.getMessage() + "; replay again when it is well");
      } catch (ReplayStoppedException e) {
        throw e;
      } catch (RuntimeException e) {
        // Refused or unknown: the next look at the tables tells which.
        LOG.warn(
            "replay of {}, attempt {} of {}: {}",
            stream.name(),
            attempt,
            bounds.attempts(),
            e.toString());
        why = e.toString();
      }
      if (attempt < bounds.attempts() && !pause.after(attempt)) {
        break;
      }
    }
    if (targets.size() == 0) {
      return Optional.empty();
    }
    throw new ReplayStoppedException(
        "the lake did not take a commit (" + why + "); replay again, nothing can be doubled");
  }

  /** Whether the files the batch replaces are all there still, as they were. */
  private static boolean applies(Table letters, LetterFilter filter, ReplayBatch batch) {
    Set<String> live = new HashSet<>();
    for (FileScanTask task : plan(letters, filter)) {
      if (task.deletes().isEmpty()) {
        live.add(task.file().location());
      }
    }
    return batch.sources().stream().map(DataFile::location).allMatch(live::contains);
  }

  private static List<FileScanTask> plan(Table letters, LetterFilter filter) {
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> all =
        letters.newScan().filter(filter.expression()).planFiles()) {
      all.forEach(tasks::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tasks;
  }

  private Optional<ReplayBatch> prepare(
      Tables tables, Stream stream, LetterFilter filter, ReplayTargets targets) {
    UUID id = ids.get();
    ReplayWriting writing =
        new ReplayWriting(
            stream,
            new LetterJudge(stream, decoders, tables.rows(), clock.instant()),
            tables.letters(),
            tables.rows(),
            bounds.openFiles(),
            id);
    try {
      for (FileScanTask task : plan(tables.letters(), filter)) {
        writing.take(task, targets);
        if (writing.count() >= bounds.lettersPerCommit()) {
          break;
        }
      }
      ReplayBatch batch = writing.finish(id);
      return batch.sources().isEmpty() ? Optional.empty() : Optional.of(batch);
    } catch (RuntimeException e) {
      writing.discard();
      throw e;
    }
  }
}
