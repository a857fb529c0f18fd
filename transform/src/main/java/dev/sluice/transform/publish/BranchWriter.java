package dev.sluice.transform.publish;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.CommitMetadata;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/** Writes a job's rows to a branch, each write one commit; a day without rows is emptied. */
final class BranchWriter {
  private final StagedTable table;
  private final TableShape shape;
  private final Map<String, String> summary;

  BranchWriter(StagedTable table, TableShape shape, Map<String, String> summary) {
    this.table = table;
    this.shape = shape;
    this.summary = summary;
  }

  /** Writes, and says how many rows the job made. */
  long write(Dataset<Row> rows, LocalDate day) {
    Materialization materialization = shape.materialization();
    if (materialization instanceof Materialization.Merge merge) {
      return merge(rows, merge.keys(), day);
    }
    boolean daily = materialization instanceof Materialization.Day;
    overwrite(rows, daily ? col(TableShape.DAY).equalTo(lit(day)) : lit(true));
    Snapshot written = table.wrote(day);
    if (daily) {
      refuseOtherDays(table.refs().table(), written, day);
    }
    return PropertyUtil.propertyAsLong(written.summary(), SnapshotSummary.ADDED_RECORDS_PROP, 0);
  }

  private void overwrite(Dataset<Row> rows, Column old) {
    var write = rows.select(columns()).writeTo(table.target());
    summary.forEach((key, value) -> write.option("snapshot-property." + key, value));
    try {
      write.overwrite(old);
    } catch (NoSuchTableException vanished) {
      throw new JobFailure("table " + table.name() + " was dropped while it was written", vanished);
    }
  }

  /** The table's columns: those that its shape does not have any more are empty. */
  private Column[] columns() {
    return table.refs().table().schema().columns().stream()
        .map(
            field ->
                shape.columnNames().contains(field.name())
                    ? col("`" + field.name() + "`")
                    : nothing(field))
        .toArray(Column[]::new);
  }

  private static Column nothing(NestedField field) {
    return lit(null).cast(SparkSchemaUtil.convert(field.type())).as(field.name());
  }

  /** Rows of another day, or of none, would stay beside those that are there. */
  private void refuseOtherDays(Table now, Snapshot written, LocalDate day) {
    Set<LocalDate> others = new HashSet<>();
    for (DataFile file :
        SnapshotChanges.builderFor(now).snapshot(written).build().addedDataFiles()) {
      if (Rebase.withoutDay(now.specs().get(file.specId()), file)) {
        throw new JobFailure("the job of " + table.name() + " made rows without a day");
      }
      Rebase.day(now.specs().get(file.specId()), file)
          .filter(other -> !other.equals(day))
          .ifPresent(others::add);
    }
    if (!others.isEmpty()) {
      throw new JobFailure(
          "the job of %s made rows of %s when asked for %s"
              .formatted(table.name(), others.stream().sorted().toList(), day));
    }
  }

  private long merge(Dataset<Row> rows, List<String> keys, LocalDate day) {
    List<String> columns = shape.columnNames();
    // Read twice: to be counted and to be merged.
    Dataset<Row> made =
        rows.select(columns.stream().map(name -> expr("`" + name + "`")).toArray(Column[]::new))
            .persist();
    String view = table.branch().replaceAll("\\W", "_") + "_" + nameInSql(table.name());
    made.createOrReplaceTempView(view);
    try {
      long count = made.count();
      String sql =
          "MERGE INTO "
              + table.target()
              + " AS t USING "
              + view
              + " AS s ON "
              + joined(keys, "t.`%1$s` <=> s.`%1$s`", " AND ")
              + " WHEN MATCHED THEN UPDATE SET "
              + joined(columns, "t.`%1$s` = s.`%1$s`", ", ")
              + " WHEN NOT MATCHED THEN INSERT ("
              + joined(columns, "`%1$s`", ", ")
              + ") VALUES ("
              + joined(columns, "s.`%1$s`", ", ")
              + ")";
      CommitMetadata.withCommitProperties(
          summary, () -> made.sparkSession().sql(sql), RuntimeException.class);
      table.merged(day, count);
      return count;
    } finally {
      made.sparkSession().catalog().dropTempView(view);
      made.unpersist();
    }
  }

  private static String nameInSql(TableName name) {
    return name.namespace() + "_" + name.table();
  }

  private static String joined(List<String> names, String format, String between) {
    return names.stream().map(format::formatted).collect(Collectors.joining(between));
  }
}
