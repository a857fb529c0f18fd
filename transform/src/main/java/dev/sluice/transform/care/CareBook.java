package dev.sluice.transform.care;

import dev.sluice.transform.report.Cared;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.types.StructType;

/** What table care did, in {@code ops.care}. */
final class CareBook {
  private static final String COLUMNS =
      "run STRING, table_name STRING, action STRING, ending STRING, before BIGINT, after BIGINT,"
          + " bytes_saved BIGINT, planning_before DOUBLE, planning_after DOUBLE, seconds DOUBLE,"
          + " note STRING, at TIMESTAMP";

  private final SparkSession spark;
  private final String table;

  CareBook(SparkSession spark, String catalog) {
    this.spark = spark;
    this.table = catalog + ".ops.care";
  }

  void add(String run, List<Cared> done, Instant at) {
    spark.sql(
        "CREATE TABLE IF NOT EXISTS "
            + table
            + " ("
            + COLUMNS
            + ") USING iceberg COMMENT 'What table care did, and what it saved'");
    List<Row> rows =
        done.stream()
            .map(
                cared ->
                    RowFactory.create(
                        run,
                        cared.table(),
                        cared.action().word(),
                        cared.ending().word(),
                        cared.before(),
                        cared.after(),
                        cared.bytesSaved(),
                        cared.planningBefore(),
                        cared.planningAfter(),
                        cared.seconds(),
                        cared.note(),
                        at))
            .toList();
    try {
      spark.createDataFrame(rows, StructType.fromDDL(COLUMNS)).coalesce(1).writeTo(table).append();
    } catch (NoSuchTableException dropped) {
      throw new IllegalStateException(table + " was dropped while it was written", dropped);
    }
  }
}
