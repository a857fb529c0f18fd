package dev.sluice.transform.publish;

import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.Map;

/** What became of a night that was to be shown. */
public sealed interface Publication {
  /** The snapshot of each table and day that everybody sees now. */
  Map<TableName, Map<LocalDate, Long>> shown();

  /** All of it is there, in one commit to all tables. */
  record Together(Map<TableName, Map<LocalDate, Long>> shown) implements Publication {}

  /** All of it is there, and readers may have seen some tables before others. */
  record OneByOne(Map<TableName, Map<LocalDate, Long>> shown) implements Publication {}

  /**
   * It ended at a table.
   *
   * @param shown what is there all the same: nothing where the catalog commits to all tables at
   *     once
   */
  record Refused(TableName table, String why, Map<TableName, Map<LocalDate, Long>> shown)
      implements Publication {}
}
