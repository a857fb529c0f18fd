package dev.sluice.transform.publish;

import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import java.time.LocalDate;

/**
 * Rows that stand to be published.
 *
 * @param rows how many the job made
 */
public record Staged(TableShape shape, LocalDate day, long snapshot, long rows) {
  public TableName table() {
    return shape.name();
  }

  /**
   * What must be looked at before they are published, as a query: the day of a table that is made
   * day by day, else the whole table.
   */
  public String query() {
    return "SELECT * FROM "
        + table()
        + " VERSION AS OF "
        + snapshot
        + (shape.materialization() instanceof Materialization.Day
            ? " WHERE " + TableShape.DAY + " = DATE'" + day + "'"
            : "");
  }
}
