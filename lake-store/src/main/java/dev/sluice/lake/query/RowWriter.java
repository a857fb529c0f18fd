package dev.sluice.lake.query;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** Writes an answer's rows in one format. */
interface RowWriter {
  /** What is known when all rows are written. */
  record Summary(long rows, boolean truncated, long elapsedMillis, Preparation.Ready ready) {}

  void begin(List<Column> columns) throws IOException;

  /**
   * @param values one for each column, as {@link RowSource} gives them
   */
  void row(Object[] values) throws IOException, SQLException;

  /** Writes out what is kept, so that all of it counts as written. */
  void end(Summary summary) throws IOException;

  /** Says after some rows that no more will come, and why; for those who read that far. */
  void failed(QueryOutcome.Refused refused) throws IOException;
}
