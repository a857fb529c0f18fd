package dev.sluice.transform.check;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How a rule is measured in the one pass over the rows.
 *
 * @param sums whole numbers over all rows, never null
 * @param judge what the sums say
 * @param culprits the rows that break the rule, looked for only when some do
 */
record Measure(List<Column> sums, Judge judge, Culprits culprits) {
  /** Judges by the number of rows and the sums. */
  interface Judge {
    Verdict judge(long rows, List<Long> sums);
  }

  /** Finds rows that break the rule. */
  interface Culprits {
    Dataset<Row> among(Dataset<Row> rows);
  }

  Measure {
    sums = List.copyOf(sums);
  }

  /** For a rule of all rows together, which no single one breaks. */
  static Dataset<Row> nobody(Dataset<Row> rows) {
    return rows.limit(0);
  }
}
