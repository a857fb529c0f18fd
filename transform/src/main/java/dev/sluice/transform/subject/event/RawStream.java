package dev.sluice.transform.subject.event;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.nullif;

import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A stream's raw table.
 *
 * @param columns those that are asked for; a table that is not there has them too, and no rows
 */
public record RawStream(TableName table, StructType columns) {
  /** How far apart in time two events of one id may be and still be copies. */
  public static final Duration COPY_WINDOW = Duration.ofHours(24);

  private static final StructType OWN =
      StructType.fromDDL("_time TIMESTAMP, _received_at TIMESTAMP, _shard INT, _offset BIGINT");

  public RawStream {
    Objects.requireNonNull(table, "table");
    columns =
        new StructType(
            Stream.of(columns, OWN)
                .flatMap(some -> Arrays.stream(some.fields()))
                .toArray(StructField[]::new));
  }

  /** A table in {@code raw}, its columns as SQL declares them, without those that all have. */
  public static RawStream of(String table, String columns) {
    return new RawStream(new TableName("raw", table), StructType.fromDDL(columns));
  }

  public static Instant midnight(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** One order for all events: by time, then as the log has them. */
  public static Column[] inOrder() {
    return new Column[] {col("_time"), col("_received_at"), col("_shard"), col("_offset")};
  }

  /** The order in which they came. */
  public static Column[] inOrderOfReceipt() {
    return new Column[] {col("_received_at"), col("_shard"), col("_offset")};
  }

  /** What an event is called; one that says no id is called by its place. */
  public static Column id() {
    return coalesce(col("event_id"), concat_ws("-", lit("#"), col("_shard"), col("_offset")));
  }

  /**
   * What records say under a name that their stream need not declare: the column, where the table
   * has one, else the undeclared field, which {@code _extra} keeps as the JSON text it came in.
   */
  public static Column said(Dataset<Row> records, String name) {
    List<String> columns = List.of(records.columns());
    Column undeclared =
        columns.contains("_extra")
            ? expr("get_json_object(concat('[', _extra['" + name + "'], ']'), '$[0]')")
            : lit(null).cast("string");
    return nullif(
        columns.contains(name) ? coalesce(col(name).cast("string"), undeclared) : undeclared,
        lit(""));
  }

  /** All records of a table that is there, none of one that is not. */
  public Dataset<Row> all(Tables tables) {
    return tables.has(table) ? tables.read(table) : nothing(columns);
  }

  /** What a table holds that is not there. */
  public static Dataset<Row> nothing(StructType columns) {
    return SparkSession.active().createDataFrame(List.of(), columns);
  }

  /** The records from the first day to the last, both included, copies and all. */
  public Dataset<Row> records(Tables tables, LocalDate first, LocalDate last) {
    return within(all(tables), midnight(first), midnight(last.plusDays(1)));
  }

  /**
   * The events from the first day to the last, both included, that {@code wanted} asks for, each
   * {@link #once}.
   */
  public Dataset<Row> distinct(Tables tables, LocalDate first, LocalDate last, Column wanted) {
    return once(all(tables), midnight(first), midnight(last.plusDays(1)), wanted);
  }

  /**
   * The events from {@code from} on and before {@code to} that {@code wanted} asks for, no copies.
   * An event is a copy of another, and left out, when one with its id came less than {@link
   * #COPY_WINDOW} before it. The rule looks back only, so that it says the same of an event
   * whichever day asks.
   *
   * @param wanted must say the same of an event and of its copies
   */
  public static Dataset<Row> once(Dataset<Row> records, Instant from, Instant to, Column wanted) {
    WindowSpec copies = Window.partitionBy(id()).orderBy(inOrder());
    Column copied =
        col("_time")
            .lt(col("_copied_from").plus(expr("INTERVAL " + COPY_WINDOW.toHours() + " HOURS")));
    return within(records, from.minus(COPY_WINDOW), to)
        .where(wanted)
        .withColumn("_copied_from", lag("_time", 1).over(copies))
        .where(col("_copied_from").isNull().or(copied.equalTo(false)))
        .where(col("_time").geq(lit(from)))
        .drop("_copied_from");
  }

  private static Dataset<Row> within(Dataset<Row> rows, Instant from, Instant to) {
    return rows.where(col("_time").geq(lit(from)).and(col("_time").lt(lit(to))));
  }
}
