package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.date_add;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.inline;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.median;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.TableShape.Field;
import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * One row per funnel, step and day on which somebody took the first step: how many users of that
 * day came that far, as {@link Funnel} tells.
 *
 * <p>Windows reach into the days after: a day's rows are final when the last of those is there.
 */
final class Funnels implements Job {
  private static final TableShape SHAPE =
      TableShape.daily(
          new TableName("gold", "funnels"),
          "Ordered funnels: how many of a day's users came how far within the window.",
          List.of(
              new Field("day", "DATE", "UTC day of the first step"),
              new Field("funnel", "STRING", "which funnel"),
              new Field("step", "INT", "which of its steps, from 1"),
              new Field("type", "STRING", "type of event that the step is"),
              new Field("entered", "BIGINT", "user ids that took the first step on the day"),
              new Field("reached", "BIGINT", "how many of them came to this step in time"),
              new Field("share", "DECIMAL(9,6)", "reached as a share of entered"),
              new Field(
                  "median_seconds",
                  "DECIMAL(18,3)",
                  "to the next step, half of those who reach it take less; none if nobody does")),
          List.of("funnel", "step"));

  private final List<Funnel> funnels;

  Funnels(List<Funnel> funnels) {
    this.funnels = List.copyOf(funnels);
  }

  @Override
  public List<Read> reads() {
    int after = funnels.stream().mapToInt(Funnel::daysAfter).max().orElse(0);
    return List.of(Read.around(AppEvents.TABLE, 0, after));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("day", "funnel", "step"),
        Check.notNull("funnel"),
        Check.holds("no more reach a step than entered", "reached BETWEEN 0 AND entered"),
        Check.holds("all who enter take the first step", "step > 1 OR reached = entered"),
        Check.holds("the next step comes later", "median_seconds IS NULL OR median_seconds >= 0"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    return funnels.stream()
        .map(funnel -> counted(best(chained(steps(funnel, day, tables), funnel), funnel), funnel))
        .reduce(Dataset::unionByName)
        .orElseThrow()
        .withColumn("day", lit(day));
  }

  /** The events that are steps: first ones of the day, others also of the days after. */
  private static Dataset<Row> steps(Funnel funnel, LocalDate day, Tables tables) {
    Column names = array(funnel.steps().stream().map(name -> lit(name)).toArray(Column[]::new));
    return tables
        .read(AppEvents.TABLE)
        .where(
            col("day")
                .geq(lit(day))
                .and(col("day").leq(date_add(lit(day), funnel.daysAfter())))
                .and(col("type").isin(funnel.steps().toArray()))
                .and(col("type").notEqual(funnel.steps().get(0)).or(col("day").equalTo(lit(day)))))
        .select(
            col("user_id"),
            unix_micros(col("time")).as("at"),
            array_position(names, col("type")).cast("int").as("step"));
  }

  /**
   * With {@code reached_N}, where an event is step N of a chain: the times of its steps. Of all
   * chains that could be gone on with, the one that began last is: it has time for all that the
   * others have time for. At one time, later steps are asked first, so that none follows at once.
   */
  private static Dataset<Row> chained(Dataset<Row> steps, Funnel funnel) {
    WindowSpec soFar =
        Window.partitionBy("user_id")
            .orderBy(col("at"), col("step").desc())
            .rowsBetween(Window.unboundedPreceding(), Window.currentRow());
    long window = funnel.window().toNanos() / 1000;
    Dataset<Row> chained =
        steps.withColumn("reached_1", when(col("step").equalTo(1), array(col("at"))));
    for (int step = 2; step <= funnel.steps().size(); step++) {
      String chain = "_chain_" + (step - 1);
      Column inTime = col("at").leq(get(col(chain), lit(0)).plus(window));
      chained =
          chained
              .withColumn(chain, last(col("reached_" + (step - 1)), true).over(soFar))
              .withColumn(
                  "reached_" + step,
                  when(
                      col("step").equalTo(step).and(inTime), concat(col(chain), array(col("at")))));
    }
    return chained;
  }

  /** Each user's best chain: of the longest ones, that which got there first. */
  private static Dataset<Row> best(Dataset<Row> chained, Funnel funnel) {
    int steps = funnel.steps().size();
    Column[] longestFirst = new Column[steps];
    for (int step = 1; step <= steps; step++) {
      Column reached = col("reached_" + step);
      longestFirst[steps - step] = min_by(reached, when(reached.isNotNull(), col("at")));
    }
    return chained
        .groupBy("user_id")
        .agg(coalesce(longestFirst).as("best"))
        .where(col("best").isNotNull());
  }

  private static Dataset<Row> counted(Dataset<Row> best, Funnel funnel) {
    Column[] rows = new Column[funnel.steps().size()];
    for (int step = 1; step <= rows.length; step++) {
      Column reached = count_if(size(col("best")).geq(step));
      Column micros =
          median(get(col("best"), lit(step)).minus(get(col("best"), lit(step - 1))))
              .cast("decimal(20,1)");
      rows[step - 1] =
          struct(
              lit(funnel.name()).as("funnel"),
              lit(step).as("step"),
              lit(funnel.steps().get(step - 1)).as("type"),
              count(lit(1)).as("entered"),
              reached.as("reached"),
              Shares.of(reached, count(lit(1))).as("share"),
              micros.divide(lit(1_000_000)).cast("decimal(18,3)").as("median_seconds"));
    }
    return best.agg(array(rows).as("rows")).select(inline(col("rows"))).where(col("entered").gt(0));
  }
}
