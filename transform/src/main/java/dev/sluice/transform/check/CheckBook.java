package dev.sluice.transform.check;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;

import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;

/** What checks found, run after run, in tables of the lake. */
public final class CheckBook {
  /** One row for each check of each run. */
  public static final TableName CHECKS = new TableName("ops", "checks");

  /** Some of the rows that broke a rule. */
  public static final TableName FAILURES = new TableName("ops", "check_failures");

  /** With how many days before a day is compared. */
  static final int DAYS = 7;

  private static final String CHECK_COLUMNS =
      "run STRING, table_name STRING, day DATE, check_name STRING, severity STRING,"
          + " passed BOOLEAN, published BOOLEAN, value DOUBLE, says STRING, figures ARRAY<BIGINT>";

  private static final String FAILURE_COLUMNS =
      "run STRING, table_name STRING, day DATE, check_name STRING, row_json STRING";

  private final SparkSession spark;

  public CheckBook(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * A check of a run.
   *
   * @param published whether everybody sees the rows; figures of others are no measure
   */
  public record Entry(TableName table, LocalDate day, boolean published, Checked checked) {}

  /** The figures that a check left on the newest days before, of what was published of each. */
  List<List<Long>> before(TableName table, LocalDate day, String check) {
    if (!spark.catalog().tableExists(CHECKS.toString())) {
      return List.of();
    }
    return spark
        .table(CHECKS.toString())
        .where(
            col("table_name")
                .equalTo(table.toString())
                .and(col("check_name").equalTo(check))
                .and(col("day").lt(lit(day)))
                .and(col("published"))
                .and(size(col("figures")).gt(0)))
        .withColumn(
            "_newest",
            row_number().over(Window.partitionBy("day").orderBy(col("checked_at").desc())))
        .where(col("_newest").equalTo(1))
        .orderBy(col("day").desc())
        .limit(DAYS)
        .collectAsList()
        .stream()
        .map(row -> row.<Long>getList(row.fieldIndex("figures")))
        .toList();
  }

  /** Writes down what the checks of a run found. */
  public void keep(String run, List<Entry> entries) {
    List<Row> checks = new ArrayList<>();
    List<Row> failures = new ArrayList<>();
    for (Entry entry : entries) {
      Checked checked = entry.checked();
      String table = entry.table().toString();
      String name = checked.check().name();
      checks.add(
          RowFactory.create(
              run,
              table,
              entry.day(),
              name,
              checked.check().severity().name().toLowerCase(Locale.ROOT),
              checked.passed(),
              entry.published(),
              checked.value().orElse(null),
              checked.says(),
              checked.figures().toArray(Long[]::new)));
      checked
          .sample()
          .forEach(row -> failures.add(RowFactory.create(run, table, entry.day(), name, row)));
    }
    append(CHECKS, CHECK_COLUMNS, checks);
    append(FAILURES, FAILURE_COLUMNS, failures);
  }

  private void append(TableName table, String columns, List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    if (!spark.catalog().tableExists(table.toString())) {
      spark.sql("CREATE NAMESPACE IF NOT EXISTS " + TableName.CATALOG + "." + table.namespace());
      spark.sql(
          "CREATE TABLE IF NOT EXISTS "
              + table
              + " ("
              + columns
              + ", checked_at TIMESTAMP) USING iceberg TBLPROPERTIES ('format-version'='2')");
    }
    try {
      spark
          .createDataFrame(rows, StructType.fromDDL(columns))
          .coalesce(1)
          .withColumn("checked_at", current_timestamp())
          .writeTo(table.toString())
          .append();
    } catch (NoSuchTableException vanished) {
      throw new IllegalStateException("table " + table + " was dropped", vanished);
    }
  }
}
