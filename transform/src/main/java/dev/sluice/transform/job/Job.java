package dev.sluice.transform.job;

import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Makes one table's rows of one UTC day.
 *
 * <p>The rows are a function of what the tables hold: the same tables give the same rows, whatever
 * ran before and in whatever order the days run. Nobody but {@code publish} writes.
 */
public interface Job {
  /** All tables that {@link #run} may ask for, and which of their days. */
  List<Read> reads();

  /** The table that the rows go to. */
  TableShape writes();

  /** What must hold of the rows before they are published. */
  default List<Check> checks() {
    return List.of();
  }

  /**
   * What decides the rows besides its class, such as a file of SQL. When it changes, so has the
   * job.
   */
  default String text() {
    return "";
  }

  /** The rows of {@code day}, in the columns of {@link #writes}. */
  Dataset<Row> run(LocalDate day, Tables tables);
}
