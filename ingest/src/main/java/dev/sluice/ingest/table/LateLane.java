package dev.sluice.ingest.table;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an interval's late rows go: those whose day was over when the log received them. They are
 * few and of many days, and a file of each day with every commit would be thousands of files a day.
 *
 * <p>A file belongs to one partition, but a table may have several ways to be partitioned, each
 * file having its own. So the table has a second one, with no partitions, and the late rows of an
 * interval are one file of that: in the table, visible, and covered by the interval's offsets like
 * all other rows. Nothing is held back, so the commit protocol does not know of it. Who merges
 * small files sorts the lane out into the days before a deadline; that moves no row in or out.
 *
 * <p>A spool of late rows beside the table, with offsets of its own, would need a second progress
 * for each shard, a rule for the two to meet in, and its rows would not be seen for as long as the
 * deadline. Holding the offset back instead would have every restart read all since the first late
 * row again.
 *
 * <p>A day of which an interval has many late rows, as when old events are sent anew, has files of
 * its own from then on: they are large enough.
 */
public final class LateLane {

  private static final Logger LOG = LoggerFactory.getLogger(LateLane.class);

  /** So many rows of a day in one interval are worth a file. */
  private static final int ROWS_OF_A_DAY = 10_000;

  private final PartitionSpec spec;
  private final Map<Long, Integer> days = new HashMap<>();
  private long rows;

  private LateLane(PartitionSpec spec) {
    this.spec = spec;
  }

  /** One interval's; none of a table that is not filed by days or has no lane. */
  public static Optional<LateLane> of(Table table) {
    return spec(table).map(LateLane::new);
  }

  /** What its files have for a partition spec. */
  static Optional<PartitionSpec> spec(Table table) {
    if (!daily(table)) {
      return Optional.empty();
    }
    // One from before the table was filed by days is no lane: files of that time stay as they are.
    return unpartitioned(table).filter(spec -> spec.specId() > table.spec().specId());
  }

  private static Optional<PartitionSpec> unpartitioned(Table table) {
    return table.specs().values().stream().filter(PartitionSpec::isUnpartitioned).findFirst();
  }

  /** Sorting out copies rows: not where rows have identities. */
  private static boolean daily(Table table) {
    Schema schema = table.schema();
    return schema.findField(TableLayout.TIME) != null
        && table
            .spec()
            .compatibleWith(PartitionSpec.builderFor(schema).day(TableLayout.TIME).build())
        && TableUtil.formatVersion(table) < FileMerger.ROW_LINEAGE_VERSION;
  }

  /** Gives the table its lane, if it can have one and does not. */
  static void open(Table table) {
    if (!daily(table) || unpartitioned(table).isPresent()) {
      return;
    }
    try {
      table
          .updateSpec()
          .removeField(table.spec().fields().get(0).name())
          .addNonDefaultSpec()
          .commit();
    } catch (CommitFailedException e) {
      // Somebody changed the table just now, most often by the same: the next one to open it sees.
      LOG.info("the late lane of {} was not opened: {}", table.name(), e.toString());
    }
  }

  PartitionSpec spec() {
    return spec;
  }

  /** Whether the row, which is counted, goes there. */
  boolean takes(TableRow row) {
    if (!row.late() || days.merge(row.day(), 1, Integer::sum) > ROWS_OF_A_DAY) {
      return false;
    }
    rows++;
    return true;
  }

  long rows() {
    return rows;
  }
}
