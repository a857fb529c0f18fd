package dev.sluice.transform.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What a job says of its rows, tried on them. */
public final class Promises {
  private Promises() {}

  /**
   * The rows, which have the declared types and pass the declared checks, warnings apart. They are
   * computed once.
   */
  public static Dataset<Row> kept(Job job, Dataset<Row> rows) {
    Dataset<Row> asked = rows.selectExpr(job.writes().columnNames().toArray(String[]::new));
    assertThat(types(asked.schema())).isEqualTo(types(declared(job)));
    Dataset<Row> found = rows.sparkSession().createDataFrame(asked.collectAsList(), asked.schema());
    found.createOrReplaceTempView("rows");
    for (Check check : job.checks()) {
      if (check.severity() == Check.Severity.ERROR) {
        assertThat(found.sparkSession().sql(breaches(check.rule())).isEmpty())
            .as(check.name())
            .isTrue();
      }
    }
    found.sparkSession().catalog().dropTempView("rows");
    return found;
  }

  private static StructType declared(Job job) {
    return StructType.fromDDL(
        job.writes().columns().stream()
            .map(field -> field.name() + " " + field.type())
            .collect(Collectors.joining(", ")));
  }

  private static List<String> types(StructType columns) {
    return List.of(columns.fields()).stream()
        .map((StructField field) -> field.name() + " " + field.dataType().sql())
        .toList();
  }

  private static String breaches(Check.Rule rule) {
    if (rule instanceof Check.Holds holds) {
      return "SELECT * FROM rows WHERE NOT coalesce(" + holds.condition() + ", false)";
    }
    if (rule instanceof Check.Finds finds) {
      return finds.query();
    }
    if (rule instanceof Check.NotNull present) {
      return "SELECT * FROM rows WHERE " + present.column() + " IS NULL";
    }
    if (rule instanceof Check.Unique unique) {
      return "SELECT count(*) FROM rows GROUP BY "
          + String.join(", ", unique.columns())
          + " HAVING count(*) > 1";
    }
    if (rule instanceof Check.Accepted accepted) {
      return "SELECT * FROM rows WHERE "
          + accepted.column()
          + " NOT IN ('"
          + String.join("', '", accepted.values())
          + "')";
    }
    throw new AssertionError("no job here has a rule such as " + rule);
  }
}
