package dev.sluice.lake.query;

import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * What a query wants of one table at most.
 *
 * @param rows holds for every row that matters to the query, and maybe for others
 * @param enough so many rows are enough, whichever they are
 * @param columns whose values it looks at, as far as is known; files are read with all others too
 */
record Demand(Expression rows, OptionalLong enough, Set<String> columns) {
  static final Demand EVERYTHING =
      new Demand(Expressions.alwaysTrue(), OptionalLong.empty(), Set.of());

  static final Demand NOTHING =
      new Demand(Expressions.alwaysFalse(), OptionalLong.empty(), Set.of());

  Demand {
    columns = Set.copyOf(columns);
  }

  /** What serves this and another place where the same table is read. */
  Demand or(Demand other) {
    if (this.equals(NOTHING)) {
      return other;
    }
    Set<String> both = new HashSet<>(columns);
    both.addAll(other.columns);
    return new Demand(Expressions.or(rows, other.rows), OptionalLong.empty(), both);
  }

  boolean nothing() {
    return rows.op() == Expression.Operation.FALSE;
  }
}
