package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import java.util.Set;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * The first progress of one of several tables of a stream, written down before any row is: a table
 * without one is always one that was named later than the others, and never one whose first commit
 * was cut off.
 */
public final class FurtherTable {

  private FurtherTable() {}

  /**
   * Writes the progress, unless somebody has in the meantime: who asks looks again.
   *
   * @param from where the table begins to take the shard; all before is accounted for as passed
   *     over
   */
  public static void begin(Table table, LogShard shard, ShardProgress from) {
    Transaction transaction = table.newTransaction();
    AppendFiles append = transaction.newAppend();
    if (from.nextOffset() > 0) {
      Interval all = new Interval(shard, 0, from.nextOffset(), from.totals());
      append.set(shard.propertyKey(), TableProgress.note(all));
    }
    append.validateWith(
        ancestors -> {
          Table base = transaction.table();
          append.set(TableProgress.SUMMARY_STANDING, TableProgress.carriedOn(base, Set.of(shard)));
          return !base.properties().containsKey(shard.propertyKey());
        });
    append.commit();
    transaction.updateProperties().set(shard.propertyKey(), from.encode()).commit();
    try {
      transaction.commitTransaction();
    } catch (CommitFailedException | ValidationException e) {
      // Another worker of the stream was first.
      table.refresh();
    }
  }
}
