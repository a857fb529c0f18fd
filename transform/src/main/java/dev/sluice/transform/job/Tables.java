package dev.sluice.transform.job;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The tables as one run sees them: each at one version, however often it is read. */
@FunctionalInterface
public interface Tables {
  Dataset<Row> read(TableName name);
}
