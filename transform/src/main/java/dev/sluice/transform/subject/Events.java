package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;

import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.subject.event.RawStream;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The app events that subject tables are made of, each {@linkplain RawStream#once once}. */
final class Events {
  static final TableName RAW = new TableName("raw", "app_events");

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

  /** What events say under a name that their stream need not declare. */
  static Column said(Dataset<Row> raw, String name) {
    return RawStream.said(raw, name);
  }

  /** One order for all events: by time, then as the log has them. */
  static Column[] inOrder() {
    return RawStream.inOrder();
  }

  static Instant midnight(LocalDate day) {
    return RawStream.midnight(day);
  }

  /**
   * The events from {@code from} on and before {@code to} that {@code wanted} asks for, no copies.
   *
   * @param wanted must say the same of an event and of its copies
   */
  static Dataset<Row> distinct(Tables tables, Instant from, Instant to, Column wanted) {
    return RawStream.once(tables.read(RAW), from, to, wanted);
  }
}
