package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.subject.event.RawStream;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The subject tables that marketing is told from. */
final class Gold {
  static final TableName SESSIONS = new TableName("gold", "sessions");
  static final TableName TRANSACTIONS = new TableName("gold", "transactions");

  /** Amounts as they are kept. */
  static final String MONEY = "decimal(38,4)";

  private Gold() {}

  /** A currency as all write it: what is blank is none. */
  static Column currency() {
    return expr("nullif(upper(trim(currency)), '')");
  }

  /** A table's rows from the first day to the last, both included. */
  static Dataset<Row> days(Tables tables, TableName table, LocalDate first, LocalDate last) {
    return tables.read(table).where(col("day").between(lit(first), lit(last)));
  }

  /**
   * The same, of a table that may not be there.
   *
   * @param columns those that are asked for, as SQL declares them
   */
  static Dataset<Row> daysOrNothing(
      Tables tables, TableName table, String columns, LocalDate first, LocalDate last) {
    return tables.has(table)
        ? days(tables, table, first, last)
        : RawStream.nothing(StructType.fromDDL(columns));
  }
}
