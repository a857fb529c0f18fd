package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

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

  /** A day's costs, which are none where no table has any. */
  static Dataset<Row> costs(Tables tables, LocalDate day) {
    Dataset<Row> found = tables.read(CampaignCosts.TABLE);
    return found.columns().length == 0
        ? found
            .select(
                lit(null).cast("string").as("media_source"),
                lit(null).cast("string").as("currency"),
                lit(null).cast(MONEY).as("cost"))
            .where(lit(false))
        : days(tables, CampaignCosts.TABLE, day, day);
  }

  /** A table's rows from the first day to the last, both included. */
  static Dataset<Row> days(Tables tables, TableName table, LocalDate first, LocalDate last) {
    return tables.read(table).where(col("day").between(lit(first), lit(last)));
  }
}
