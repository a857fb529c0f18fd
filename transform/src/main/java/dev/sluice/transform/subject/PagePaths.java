package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

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
 * How sessions go from page to page, in three kinds of rows.
 *
 * <p>A session changes page with an event that names another than the session was on. A {@code
 * step} is such a change, from one page to the next. A {@code path} is how sessions began: their
 * first pages, up to {@link #LONGEST}; it belongs to the day on which its last page came. An {@code
 * exit} is the page that sessions left from; it belongs to the day on which their pause was over,
 * 30 minutes after the last event. So the day and the day before decide.
 */
final class PagePaths implements Job {
  /** How many pages of a session's beginning are told. */
  static final int LONGEST = 5;

  /** Between the pages of a path. */
  static final String THEN = " > ";

  private static final TableShape SHAPE =
      TableShape.daily(
          new TableName("gold", "page_paths"),
          "How sessions go from page to page: steps, first pages, and where they leave.",
          List.of(
              new Field("day", "DATE", "UTC day"),
              new Field("kind", "STRING", "step, path or exit"),
              new Field("path", "STRING", "the pages, with ' > ' between them"),
              new Field(
                  "pages", "INT", "how many pages: 2 of a step, 1 to 5 of a path, 1 of an exit"),
              new Field("depth", "INT", "how many steps below the root the last of them lies"),
              new Field("sessions", "BIGINT", "in how many sessions"),
              new Field("times", "BIGINT", "how often")),
          List.of("kind", "path"));

  @Override
  public List<Read> reads() {
    return List.of(Read.around(AppEvents.TABLE, 1, 0));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("day", "kind", "path", "pages"),
        Check.notNull("path"),
        Check.holds("kind is one of three", "kind IN ('step', 'path', 'exit')"),
        Check.holds("paths are short", "pages BETWEEN 1 AND " + LONGEST),
        Check.holds("a page is below the root or is it", "depth >= 0"),
        Check.holds("only steps come twice in a session", "times >= sessions"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Dataset<Row> events = tables.read(AppEvents.TABLE);
    Dataset<Row> ofDay = events.where(col("day").equalTo(lit(day)));
    Dataset<Row> ofBoth =
        events.where(col("day").geq(lit(day.minusDays(1))).and(col("day").leq(lit(day))));
    return steps(ofDay)
        .unionByName(paths(ofBoth, day))
        .unionByName(exits(ofBoth, day))
        .withColumn("day", lit(day))
        .withColumn("depth", PagePath.depth("_last"));
  }

  private static Dataset<Row> steps(Dataset<Row> events) {
    return events
        .where(PagePath.changed().and(col("came_from").isNotNull()))
        .groupBy(col("came_from"), col("page"), col("session_id"))
        .agg(count(lit(1)).as("_times"))
        .groupBy("came_from", "page")
        .agg(count(lit(1)).as("sessions"), sum("_times").as("times"))
        .select(
            lit("step").as("kind"),
            concat_ws(THEN, col("came_from"), col("page")).as("path"),
            lit(2).as("pages"),
            col("page").as("_last"),
            col("sessions"),
            col("times"));
  }

  private static Dataset<Row> paths(Dataset<Row> events, LocalDate day) {
    Column soFar = expr("transform(slice(_pages, 1, _step.page_number), one -> one.page)");
    WindowSpec ofSession = Window.partitionBy("session_id").orderBy("number");
    return events
        .where(PagePath.changed())
        .select(
            col("session_id"),
            row_number().over(ofSession).as("page_number"),
            col("page"),
            col("day"))
        .where(col("page_number").leq(LONGEST))
        .groupBy("session_id")
        .agg(
            sort_array(collect_list(struct(col("page_number"), col("page"), col("day"))))
                .as("_pages"),
            max("day").as("_newest"))
        .where(col("_newest").equalTo(lit(day)))
        .withColumn("_step", explode(col("_pages")))
        .where(col("_step.day").equalTo(lit(day)))
        .select(
            concat_ws(THEN, soFar).as("path"),
            col("_step.page_number").as("pages"),
            col("_step.page").as("_last"))
        .groupBy("path", "pages", "_last")
        .agg(count(lit(1)).as("sessions"))
        .withColumn("times", col("sessions"))
        .withColumn("kind", lit("path"));
  }

  private static Dataset<Row> exits(Dataset<Row> events, LocalDate day) {
    Column from = lit(Events.midnight(day).minus(Visits.PAUSE));
    Column to = lit(Events.midnight(day.plusDays(1)).minus(Visits.PAUSE));
    return events
        .where(col("time").geq(from))
        .groupBy("session_id")
        .agg(
            max("time").as("_ended_at"),
            max_by(coalesce(col("page"), col("came_from")), col("number")).as("path"))
        .where(col("_ended_at").lt(to).and(col("path").isNotNull()))
        .groupBy("path")
        .agg(count(lit(1)).as("sessions"))
        .withColumn("times", col("sessions"))
        .withColumn("kind", lit("exit"))
        .withColumn("pages", lit(1))
        .withColumn("_last", col("path"));
  }
}
