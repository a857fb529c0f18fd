package dev.sluice.transform.check;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Checks a table's new rows. All rules that need nothing but the rows are measured together, in one
 * pass; each {@link Check.Refers} takes a join and each {@link Check.Finds} its query. Rows that
 * break a rule are looked for only when there are some.
 */
public final class Audit {
  private final SparkSession spark;
  private final Tables tables;
  private final CheckBook book;

  /**
   * @param tables what rows may refer to
   * @param book what days before left to compare with
   */
  public Audit(SparkSession spark, Tables tables, CheckBook book) {
    this.spark = spark;
    this.tables = tables;
    this.book = book;
  }

  /**
   * Checks the rows of a table's day.
   *
   * @param query gives the rows
   */
  public List<Checked> check(TableName table, LocalDate day, String query, List<Check> asked) {
    List<Check> checks = asked.stream().distinct().toList();
    if (checks.isEmpty()) {
      return List.of();
    }
    Dataset<Row> rows = spark.sql(query);
    Map<Check, Measure> measures = new LinkedHashMap<>();
    for (Check check : checks) {
      new Measures(rows.schema(), day)
          .of(check.rule(), () -> book.before(table, day, check.name()))
          .ifPresent(measure -> measures.put(check, measure));
    }
    List<Long> sums = sums(rows, measures.values());
    long all = sums.get(0);
    List<Checked> found = new ArrayList<>();
    int next = 1;
    for (Check check : checks) {
      Measure measure = measures.get(check);
      if (measure == null) {
        found.add(beyondTheRows(check, rows, query, all));
      } else {
        List<Long> own = sums.subList(next, next + measure.sums().size());
        next += own.size();
        found.add(checked(check, measure.judge().judge(all, own), measure.culprits(), rows));
      }
    }
    return found;
  }

  /** One pass: the number of rows, then the measures' sums in their order. */
  private static List<Long> sums(Dataset<Row> rows, Iterable<Measure> measures) {
    List<Column> columns = new ArrayList<>();
    measures.forEach(measure -> columns.addAll(measure.sums()));
    Row row = rows.agg(count(lit(1)), columns.toArray(Column[]::new)).head();
    List<Long> sums = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      sums.add(row.getLong(i));
    }
    return sums;
  }

  private Checked beyondTheRows(Check check, Dataset<Row> rows, String query, long all) {
    if (check.rule() instanceof Check.Refers refers) {
      Dataset<Row> lost = lost(rows, refers);
      return checked(check, Verdict.broken(lost.count(), all), ignored -> lost, rows);
    } else if (check.rule() instanceof Check.Finds finds) {
      Dataset<Row> bad =
          spark.sql("WITH rows AS (" + query + ") SELECT * FROM (" + finds.query() + ")");
      long count = bad.count();
      Verdict verdict =
          new Verdict(
              Optional.of((double) count),
              count == 0 ? "" : String.format(java.util.Locale.ROOT, "it finds %,d rows", count),
              List.of());
      return checked(check, verdict, ignored -> bad, rows);
    }
    throw new IllegalStateException("nobody knows how to ask " + check.rule());
  }

  /** Rows whose value is not in the other table. Nothing refers to nothing. */
  private Dataset<Row> lost(Dataset<Row> rows, Check.Refers refers) {
    Dataset<Row> referring = rows.where(col(refers.column()).isNotNull());
    if (!tables.has(refers.table())) {
      return referring;
    }
    Dataset<Row> known = tables.read(refers.table()).select(col(refers.to()).as("_known"));
    return referring.join(
        known, referring.col(refers.column()).equalTo(known.col("_known")), "left_anti");
  }

  private static Checked checked(
      Check check, Verdict verdict, Measure.Culprits culprits, Dataset<Row> rows) {
    List<String> sample =
        verdict.passed()
            ? List.of()
            : culprits
                .among(rows)
                .limit(Checked.SAMPLE)
                .select(to_json(struct(col("*")), Map.of("ignoreNullFields", "false")))
                .as(Encoders.STRING())
                .collectAsList();
    return new Checked(
        check, verdict.passed(), verdict.value(), verdict.says(), sample, verdict.figures());
  }
}
