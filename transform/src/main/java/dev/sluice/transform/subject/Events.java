package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.to_date;

import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * The raw events that subject tables are made of, each once.
 *
 * <p>An event is a copy of another, and left out, when one with its {@code event_id} came less than
 * {@link #COPY_WINDOW} before it. The rule looks back only, so that it says the same of an event
 * whichever day asks.
 */
final class Events {
  static final TableName RAW = new TableName("raw", "app_events");

  /** How far apart in time two events of one id may be and still be copies. */
  static final Duration COPY_WINDOW = Duration.ofHours(24);

  /**
   * Price times quantity. What is too large for money (a price from 10^14, a quantity from 10^10)
   * is no amount: the event counts, its amount does not.
   */
  static final Column AMOUNT =
      expr("try_cast(price AS DECIMAL(18,4)) * try_cast(coalesce(quantity, 1) AS DECIMAL(10,0))");

  /** How many pieces were bought or given back; one where it is not said, or no sensible number. */
  static final Column PIECES =
      expr("coalesce(try_cast(coalesce(quantity, 1) AS DECIMAL(10,0)), 1)");

  private Events() {}

  /** The day an event belongs to. */
  static Column day() {
    return to_date(col("_time"));
  }

  static Column isOfType(String type) {
    return coalesce(col("type").equalTo(type), lit(false));
  }

  /** Whether it is of one of the types that move money. */
  static Column movesMoney() {
    return coalesce(col("type").isin("purchase", "refund"), lit(false));
  }

  /**
   * What events say under a name that their stream need not declare: the column, where the table
   * has one, else the undeclared field, which {@code _extra} keeps as the JSON text it came in.
   */
  static Column said(Dataset<Row> raw, String name) {
    Column undeclared =
        expr("get_json_object(concat('[', _extra['" + name + "'], ']'), '$[0]')").cast("string");
    Column said =
        List.of(raw.columns()).contains(name)
            ? coalesce(col(name).cast("string"), undeclared)
            : undeclared;
    return nullif(said, lit(""));
  }

  /** One order for all events: by time, then as the log has them. */
  static Column[] inOrder() {
    return new Column[] {col("_time"), col("_received_at"), col("_shard"), col("_offset")};
  }

  static Instant midnight(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * The events from {@code from} on and before {@code to} that {@code wanted} asks for, no copies.
   *
   * @param wanted must say the same of an event and of its copies
   */
  static Dataset<Row> distinct(Tables tables, Instant from, Instant to, Column wanted) {
    WindowSpec copies =
        Window.partitionBy(
                coalesce(col("event_id"), concat_ws("-", lit("#"), col("_shard"), col("_offset"))))
            .orderBy(inOrder());
    Column copied =
        col("_time")
            .lt(col("_copied_from").plus(expr("INTERVAL " + COPY_WINDOW.toHours() + " HOURS")));
    return tables
        .read(RAW)
        .where(col("_time").geq(lit(from.minus(COPY_WINDOW))).and(col("_time").lt(lit(to))))
        .where(wanted)
        .withColumn("_copied_from", lag("_time", 1).over(copies))
        .where(col("_copied_from").isNull().or(copied.equalTo(false)))
        .where(col("_time").geq(lit(from)));
  }
}
