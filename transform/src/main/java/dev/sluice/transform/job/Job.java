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
  /** All tables that {@link #run} may ask for. */
  List<TableName> reads();

  /** The table whose day the rows replace. */
  TableShape writes();

  /** The rows of {@code day}, in the columns of {@link #writes}, {@code day} among them. */
  Dataset<Row> run(LocalDate day, Tables tables);
}
