package dev.sluice.transform.job;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The tables as one run sees them: each at one version, however often it is read. */
@FunctionalInterface
public interface Tables {
  Dataset<Row> read(TableName name);

  /**
   * Whether the table is there. Only one that was declared {@link Read#orNothing} may be missing; a
   * job asks before it reads such a table, for what is not there has no columns.
   */
  default boolean has(TableName name) {
    return true;
  }
}
