package dev.sluice.transform.publish;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableShape;
import java.time.LocalDate;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.parser.ParseException;

/**
 * Replaces one day of a table by new rows, in one commit: a reader sees the day as it was or as it
 * is, and a day without rows is emptied. Running twice leaves what running once leaves.
 */
public final class DayOverwrite {
  /** In a snapshot's summary: the run that made it. */
  public static final String RUN = "sluice.run";

  private final SparkSession spark;
  private final String run;

  /**
   * @param run what the run is called, once only
   */
  public DayOverwrite(SparkSession spark, String run) {
    this.spark = spark;
    this.run = run;
  }

  /** Publishes the rows and says how many the day now has. */
  public long publish(Dataset<Row> rows, TableShape shape, LocalDate day) {
    make(shape);
    String table = shape.name().toString();
    try {
      rows.selectExpr(shape.columnNames().toArray(String[]::new))
          .writeTo(table)
          .option("snapshot-property." + RUN, run)
          .option("snapshot-property.sluice.day", day.toString())
          .overwrite(replaced(shape, day));
      return written(Spark3Util.loadIcebergTable(spark, table));
    } catch (NoSuchTableException | ParseException vanished) {
      throw new JobFailure("table " + table + " was dropped while it was written", vanished);
    }
  }

  private static Column replaced(TableShape shape, LocalDate day) {
    return shape.materialization() instanceof Materialization.Whole
        ? lit(true)
        : col(TableShape.DAY).equalTo(lit(day));
  }

  private void make(TableShape shape) {
    spark.sql(
        "CREATE NAMESPACE IF NOT EXISTS " + shape.name().toString().replaceFirst("\\.[^.]*$", ""));
    if (spark.catalog().tableExists(shape.name().toString())) {
      return;
    }
    boolean whole = shape.materialization() instanceof Materialization.Whole;
    spark.sql(
        "CREATE TABLE IF NOT EXISTS "
            + shape.name()
            + shape.columns().stream()
                .map(
                    field -> field.name() + " " + field.type() + " COMMENT " + quoted(field.says()))
                .collect(Collectors.joining(", ", " (", ") USING iceberg"))
            + (whole ? "" : " PARTITIONED BY (" + TableShape.DAY + ")")
            + " COMMENT "
            + quoted(shape.says())
            + " TBLPROPERTIES ('format-version'='2')");
    spark.sql(
        "ALTER TABLE "
            + shape.name()
            + (whole ? " WRITE" : " WRITE DISTRIBUTED BY PARTITION LOCALLY")
            + " ORDERED BY "
            + String.join(", ", shape.order()));
  }

  private static String quoted(String words) {
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** Others may have committed since: the snapshot is found by its run. */
  private long written(Table table) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (run.equals(snapshot.summary().get(RUN))) {
        return PropertyUtil.propertyAsLong(
            snapshot.summary(), SnapshotSummary.ADDED_RECORDS_PROP, 0);
      }
    }
    throw new JobFailure("the commit of this run is gone from " + table.name());
  }
}
