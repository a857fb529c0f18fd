package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.History;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.StagedChange;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.catalog.TableIdentifier;

/** The changes to all tables that a {@link ReplayBatch} makes, and whether they are in. */
final class ReplayCommit {

  /** In the summary of a replay's snapshots: which commit made it. */
  private static final String SUMMARY_ID = "sluice.replay";

  private ReplayCommit() {}

  /** Whether a commit whose answer was lost is in. */
  static boolean landed(Table letters, ReplayBatch batch) {
    for (Snapshot snapshot : letters.snapshots()) {
      if (batch.id().toString().equals(snapshot.summary().get(SUMMARY_ID))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Works the changes out.
   *
   * @param base the snapshot of the letters' table on which the batch was found to apply; the rows
   *     may go on any
   */
  static List<StagedChange> stage(
      Table letters, long base, List<Table> rows, Stream stream, ReplayBatch batch) {
    List<StagedChange> changes = new ArrayList<>();
    changes.add(letters(letters, base, batch));
    if (batch.movedCount() > 0) {
      List<TableIdentifier> names = TableLayout.identifiers(stream);
      for (int i = 0; i < names.size(); i++) {
        changes.add(rows(rows.get(i), names.get(i), batch, batch.rows().get(i)));
      }
    }
    return changes;
  }

  private static StagedChange letters(Table table, long base, ReplayBatch batch) {
    StagedChange change = begin(DeadLetterTable.IDENTIFIER, table, batch);
    // To begin a change loads the table anew. On a newer one the files may be gone, and what takes
    // their place would stand there twice.
    if (!change.base().equals(Optional.of(base))) {
      throw new IllegalStateException(table.name() + " moved while it was looked at");
    }
    OverwriteFiles overwrite =
        change
            .transaction()
            .newOverwrite()
            .validateFromSnapshot(base)
            .validateNoConflictingDeletes();
    batch.sources().forEach(overwrite::deleteFile);
    batch.letters().forEach(overwrite::addFile);
    overwrite.set(SUMMARY_ID, batch.id().toString());
    overwrite.set(
        TableProgress.SUMMARY_STANDING, TableProgress.carriedOn(change.transaction().table()));
    overwrite.commit();
    account(
        change,
        batch,
        (shard, progress, moved) -> progress.rowsPassedOver(moved.count(), moved.letterChecksum()));
    return change;
  }

  /**
   * A table that gets none of the rows has its part too: what was a letter is another's row now.
   */
  private static StagedChange rows(
      Table table, TableIdentifier name, ReplayBatch batch, ReplayBatch.TableRows own) {
    StagedChange change = begin(name, table, batch);
    AppendFiles append = change.transaction().newAppend();
    own.files().forEach(append::appendFile);
    append.set(SUMMARY_ID, batch.id().toString());
    append.set(
        TableProgress.SUMMARY_STANDING, TableProgress.carriedOn(change.transaction().table()));
    append.set(
        TableProgress.SUMMARY_DAYS,
        own.days().stream().map(LocalDate::toString).collect(Collectors.joining(",")));
    append.commit();
    account(
        change,
        batch,
        (shard, progress, moved) -> {
          ReplayBatch.Moved mine = own.moved().getOrDefault(shard, new ReplayBatch.Moved(0, 0, 0));
          return progress
              .lettersToRows(mine.count(), mine.rowChecksum())
              .lettersPassedOver(moved.count() - mine.count());
        });
    return change;
  }

  private static StagedChange begin(TableIdentifier identifier, Table table, ReplayBatch batch) {
    for (LogShard shard : batch.moved().keySet()) {
      if (TableProgress.history(table, shard) instanceof History.Disagrees disagrees) {
        throw new ReplayStoppedException(identifier + ": " + disagrees.why());
      }
    }
    return new StagedChange(identifier, table);
  }

  /** What a shard's progress is once so many of its letters are rows. */
  private interface Sum {
    ShardProgress of(LogShard shard, ShardProgress progress, ReplayBatch.Moved moved);
  }

  private static void account(StagedChange change, ReplayBatch batch, Sum sum) {
    Table base = change.transaction().table();
    Map<LogShard, ShardProgress> sums = new HashMap<>();
    batch
        .moved()
        .forEach(
            (shard, moved) -> {
              try {
                sums.put(
                    shard,
                    sum.of(
                        shard, TableProgress.of(base, shard).orElse(ShardProgress.START), moved));
              } catch (IllegalArgumentException | TableProgress.UnreadableProgressException e) {
                throw new ReplayStoppedException(
                    "property "
                        + shard.propertyKey()
                        + " of "
                        + base.name()
                        + " does not account for the letters ("
                        + e.getMessage()
                        + "); see: ./sluice verify");
              }
            });
    if (!sums.isEmpty()) {
      UpdateProperties properties = change.transaction().updateProperties();
      sums.forEach((shard, progress) -> properties.set(shard.propertyKey(), progress.encode()));
      properties.commit();
    }
  }
}
