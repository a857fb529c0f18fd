package dev.sluice.lake.query;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.OptionalLong;

/** What becomes of a query once its tables are in place and its engine is locked. */
interface Delivery {
  /** The bounds of the engine it is to have. */
  QuerySettings settings();

  /** How many rows are enough, if no more will be taken. */
  OptionalLong enough();

  /** Files that the engine may write, besides those it reads. */
  List<Path> writes();

  /** Asked between the steps of the preparation: ends a query that is not to go on. */
  void check() throws RefusedQueryException;

  /** Is told of each statement of the query before it runs: interrupts it when it is to end. */
  void runs(Statement statement);

  /** Runs the query and hands its rows over; says how many. */
  long deliver(Sandbox sandbox, Preparation.Ready ready)
      throws SQLException, IOException, RefusedQueryException;
}
