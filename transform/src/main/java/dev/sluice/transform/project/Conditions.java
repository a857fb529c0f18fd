package dev.sluice.transform.project;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.TableShape;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Tries what a job's checks say in SQL on its table without rows, before a night does. */
final class Conditions {
  private Conditions() {}

  static void tried(SparkSession spark, TableShape shape, List<Check> checks, Place place) {
    StructType columns = new StructType();
    for (TableShape.Field field : shape.columns()) {
      columns = columns.add(field.name(), DataType.fromDDL(field.type()));
    }
    Dataset<Row> none = spark.createDataFrame(List.<Row>of(), columns);
    for (Check check : checks) {
      for (String condition : conditions(check.rule())) {
        try {
          none.where(condition).schema();
        } catch (Exception broken) {
          // AnalysisException is a checked one of Scala's, and comes undeclared.
          throw place.refuse(
              "the check '" + check.name() + "' cannot be run: " + broken.getMessage(), broken);
        }
      }
    }
  }

  private static List<String> conditions(Check.Rule rule) {
    List<String> conditions = new ArrayList<>();
    if (rule instanceof Check.Holds holds) {
      conditions.add(holds.condition());
    } else if (rule instanceof Check.Range range) {
      range.least().ifPresent(least -> conditions.add(quoted(range) + " >= (" + least + ")"));
      range.greatest().ifPresent(most -> conditions.add(quoted(range) + " <= (" + most + ")"));
    }
    return conditions;
  }

  private static String quoted(Check.Range range) {
    return "`" + range.column() + "`";
  }
}
