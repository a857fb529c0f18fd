package dev.sluice.transform.publish;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Tables, each at the snapshot that was current when it was first asked for, so that all jobs of a
 * night see the same events while more come in.
 */
final class PinnedTables {
  private final SparkSession spark;
  private final Map<TableName, Pin> pinned = new HashMap<>();

  /**
   * @param rows none where the table is missing
   * @param snapshot none where the table is missing or has no rows yet
   */
  private record Pin(Optional<Dataset<Row>> rows, Optional<Long> snapshot) {}

  PinnedTables(SparkSession spark) {
    this.spark = spark;
  }

  boolean has(TableName name) {
    return pin(name).rows().isPresent();
  }

  Optional<Long> snapshot(TableName name) {
    return pin(name).snapshot();
  }

  Dataset<Row> read(TableName name) {
    return pin(name)
        .rows()
        .orElseThrow(
            () ->
                new JobFailure(
                    "there is no table "
                        + name
                        + (name.namespace().equals("raw")
                            ? "; it is made when the first events of its stream arrive"
                            : "; it is made by the job that writes it")));
  }

  private Pin pin(TableName name) {
    return pinned.computeIfAbsent(
        name,
        asked ->
            TableRefs.find(spark, name)
                .map(
                    table -> {
                      Optional<Long> main = TableRefs.main(table.current());
                      return new Pin(
                          Optional.of(
                              main.map(snapshot -> at(spark, name, snapshot))
                                  .orElseGet(() -> spark.table(name.toString()))),
                          main);
                    })
                .orElseGet(() -> new Pin(Optional.empty(), Optional.empty())));
  }

  /** A table as it was at a snapshot, whichever branch that is on. */
  static Dataset<Row> at(SparkSession spark, TableName name, long snapshot) {
    return spark.read().option("versionAsOf", snapshot).table(name.toString());
  }
}
