package dev.sluice.transform.project;

import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.classic.Dataset;
import scala.jdk.javaapi.CollectionConverters;

/** Refuses a query whose rows depend on chance or on the time at which it runs. */
final class SameAgain {
  /** What Spark calls deterministic, for within one query it is. */
  private static final Set<String> CLOCKS =
      Set.of("CurrentDate", "CurrentTimestamp", "Now", "LocalTimestamp", "CurrentTime");

  private SameAgain() {}

  static Dataset<Row> checked(Dataset<Row> rows, Place place) {
    rows.queryExecution()
        .analyzed()
        .foreachWithSubqueries(
            plan -> {
              CollectionConverters.asJava(plan.expressions())
                  .forEach(expression -> check(expression, place));
              return scala.runtime.BoxedUnit.UNIT;
            });
    return rows;
  }

  private static void check(Expression expression, Place place) {
    if (CLOCKS.contains(expression.getClass().getSimpleName())) {
      throw place.refuse(
          expression.prettyName()
              + " differs from run to run; use ${day}, ${day_start} or ${day_end}");
    }
    CollectionConverters.asJava(expression.children()).forEach(child -> check(child, place));
    if (!expression.deterministic()) {
      throw place.refuse(
          expression.prettyName() + " differs from run to run; a day's rows must not");
    }
  }
}
