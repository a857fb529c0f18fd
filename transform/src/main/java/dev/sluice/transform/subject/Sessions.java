package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.bool_or;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.TableShape.Field;
import dev.sluice.transform.job.Tables;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One row per visit: a user's events with no pause of more than {@link Visits#PAUSE} between them.
 *
 * <p>A session belongs to the UTC day on which it starts, whole, also when it ends on the next. One
 * that goes on without a pause through a whole day, midnight to midnight, is cut at the second
 * midnight: a machine's endless session becomes one a day, and what happened on a day is decided by
 * the day before, the day itself and the day after, and no others. Every event is in exactly one
 * session.
 */
final class Sessions implements Job {
  private static final TableShape SHAPE =
      TableShape.daily(
          new TableName("gold", "sessions"),
          "Visits: a user's events with no pause of more than 30 minutes between them.",
          List.of(
              new Field("day", "DATE", "UTC day on which the session starts"),
              new Field("user_id", "STRING", "whose session it is"),
              new Field("session_id", "STRING", "made of user and start; same at every run"),
              new Field("started_at", "TIMESTAMP", "time of the first event"),
              new Field("ended_at", "TIMESTAMP", "time of the last event"),
              new Field("events", "BIGINT", "how many events, copies left out"),
              new Field("pages", "BIGINT", "how many different pages"),
              new Field("media_source", "STRING", "where the first event came from"),
              new Field("bought", "BOOLEAN", "whether it has a purchase"),
              new Field("revenue", "DECIMAL(38,4)", "purchases, before refunds"),
              new Field("currency", "STRING", "of the revenue; none when there are several")),
          List.of("user_id", "started_at"));

  @Override
  public List<Read> reads() {
    return List.of(Read.around(Events.RAW, 3, 1));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.notNull("session_id"),
        Check.unique("session_id"),
        Check.notNull("started_at"),
        Check.holds("ends after it starts", "ended_at >= started_at"),
        Check.holds("has events", "events > 0"),
        Check.notNull("user_id").warns());
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Instant to = Events.midnight(day.plusDays(2));
    Dataset<Row> events = Events.distinct(tables, Visits.from(day), to, lit(true));
    return summed(
            Visits.begun(events)
                .withColumn("_session", count_if(col("_starts")).over(Visits.soFar())))
        .where(col("day").equalTo(lit(day)));
  }

  private static Dataset<Row> summed(Dataset<Row> events) {
    Column purchase = Events.isOfType("purchase");
    Column currency = when(purchase, col("currency"));
    return events
        .groupBy("user_id", "_session")
        .agg(
            min("_day").as("day"),
            min("_time").as("started_at"),
            max("_time").as("ended_at"),
            count(lit(1)).as("events"),
            size(collect_set("page")).cast("bigint").as("pages"),
            min_by(col("media_source"), struct(Events.inOrder())).as("media_source"),
            bool_or(purchase).as("bought"),
            coalesce(sum(when(purchase, Events.AMOUNT)), lit(0).cast("decimal(38,4)"))
                .cast("decimal(38,4)")
                .as("revenue"),
            when(min(currency).equalTo(max(currency)), min(currency)).as("currency"))
        .withColumn("session_id", Visits.id(col("started_at")));
  }
}
