package dev.sluice.lake.query;

import dev.sluice.lake.query.Preparation.Ready;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** What becomes of a query once its tables are in place and its engine is locked. */
interface Delivery {
  /** The bounds of the engine it is to have. */
  QuerySettings settings();

  /** Files that the engine may write, besides those it reads. */
  List<Path> writes();

  /** Asked between the steps of the preparation: ends a query that is not to go on. */
  void check() throws RefusedQueryException;

  /** Runs the query and hands its rows over; says how many. */
  long deliver(Sandbox sandbox, Ready ready)
      throws SQLException, IOException, RefusedQueryException;

  /** Runs a query that has failed without a word, so that it fails with some. */
  void fail(Sandbox sandbox, Ready ready) throws SQLException, IOException, RefusedQueryException;
}
