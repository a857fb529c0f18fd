package dev.sluice.transform.project;

import dev.sluice.transform.job.TableName;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * What is known of a table's columns: what a job of this night will make of it, else what is there.
 */
record Schemas(SparkSession spark, Map<TableName, StructType> made)
    implements Function<TableName, Optional<StructType>> {
  @Override
  public Optional<StructType> apply(TableName table) {
    return Optional.ofNullable(made.get(table))
        .or(
            () ->
                spark.catalog().tableExists(table.toString())
                    ? Optional.of(spark.table(table.toString()).schema())
                    : Optional.empty());
  }
}
