package dev.sluice.transform.source;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Lets rows through no faster than a rate. The rows of a part are read from the server as they are
 * asked for, so that what waits here is not yet read there. Each task has a pace of its own.
 */
final class Pace implements UDF0<Boolean> {
  private static final long serialVersionUID = 1L;

  private final double rowsPerSecond;
  private transient long begun;
  private transient long rows;

  private Pace(double rowsPerSecond) {
    this.rowsPerSecond = rowsPerSecond;
  }

  /** The rows, read by so many tasks that are no faster together than the rate. */
  static Dataset<Row> of(Dataset<Row> rows, int rowsPerSecond, int tasks) {
    return rows.where(
        functions
            .udf(new Pace((double) rowsPerSecond / tasks), DataTypes.BooleanType)
            .asNondeterministic()
            .apply());
  }

  @Override
  public Boolean call() throws InterruptedException {
    long now = System.nanoTime();
    if (rows == 0) {
      begun = now;
    }
    long due = begun + (long) (rows * (TimeUnit.SECONDS.toNanos(1) / rowsPerSecond));
    rows++;
    while (due - now > 0) {
      LockSupport.parkNanos(due - now);
      if (Thread.interrupted()) {
        throw new InterruptedException("the copy was ended");
      }
      now = System.nanoTime();
    }
    return true;
  }
}
