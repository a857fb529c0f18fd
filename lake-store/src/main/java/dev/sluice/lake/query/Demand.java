package dev.sluice.lake.query;

import java.util.OptionalLong;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * What a query wants of one table at most.
 *
 * @param rows holds for every row that matters to the query, and maybe for others
 * @param enough so many rows are enough, whichever they are
 */
record Demand(Expression rows, OptionalLong enough) {
  static final Demand EVERYTHING = new Demand(Expressions.alwaysTrue(), OptionalLong.empty());

  static final Demand NOTHING = new Demand(Expressions.alwaysFalse(), OptionalLong.empty());

  /** What serves this and another place where the same table is read. */
  Demand or(Demand other) {
    if (this.equals(NOTHING)) {
      return other;
    }
    return new Demand(Expressions.or(rows, other.rows), OptionalLong.empty());
  }

  boolean nothing() {
    return rows.op() == Expression.Operation.FALSE;
  }
}
