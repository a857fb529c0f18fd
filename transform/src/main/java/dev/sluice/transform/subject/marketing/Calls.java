package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.TableShape.Field;
import dev.sluice.transform.job.Tables;
import dev.sluice.transform.subject.event.RawStream;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One row per tracked call, of all the records that name it.
 *
 * <p>A call belongs to the UTC day of the first start that a record gives, or, without one, of its
 * first record; records filed up to {@link #RECORD_DAYS} days before and after that day are of it.
 * Of everything else what was received last and is not empty holds, so that a recording and a
 * transcript find their call whenever they come.
 *
 * <p>Its session is the last one that its user, or a user called as the caller's number, began in
 * the {@link #SESSION_HOURS} hours before it.
 */
public final class Calls implements Job {
  static final TableName TABLE = new TableName("gold", "calls");

  /** How far from a call its records may be filed. */
  static final int RECORD_DAYS = 30;

  /** How long before a call a session may begin and still have led to it. */
  static final int SESSION_HOURS = 24;

  private static final RawStream RAW =
      RawStream.of(
          "calls",
          "event_id STRING, call_id STRING, caller STRING, called STRING, direction STRING,"
              + " status STRING, started_at TIMESTAMP, duration_seconds BIGINT,"
              + " recording_url STRING, transcript STRING, source STRING, campaign STRING");

  private static final Object[] ANSWERED = {"completed", "answered", "in-progress", "connected"};

  private static final Object[] UNANSWERED = {
    "no-answer",
    "no answer",
    "noanswer",
    "busy",
    "failed",
    "canceled",
    "cancelled",
    "missed",
    "unanswered",
    "abandoned",
    "voicemail",
    "rejected"
  };

  private static final TableShape SHAPE =
      TableShape.daily(
          TABLE,
          "Tracked calls, with what became known of them later.",
          List.of(
              new Field("day", "DATE", "UTC day on which the call starts"),
              new Field("call_id", "STRING", "as the tracking service calls it"),
              new Field("started_at", "TIMESTAMP", "when; of the first record if none says it"),
              new Field("caller", "STRING", "who called"),
              new Field("called", "STRING", "which number"),
              new Field("user_id", "STRING", "whose call it is, where a record names a user"),
              new Field("direction", "STRING", "inbound or outbound, as the service writes it"),
              new Field("status", "STRING", "as the service wrote it last"),
              new Field("answered", "BOOLEAN", "by status, else by duration; none if unknown"),
              new Field("duration_seconds", "BIGINT", "how long, in whole seconds"),
              new Field("recording_url", "STRING", "where the recording is"),
              new Field("text", "STRING", "transcript of what was said, once there is one"),
              new Field("session_id", "STRING", "session that led to the call"),
              new Field("media_source", "STRING", "of that session, else as the service says"),
              new Field("campaign", "STRING", "as the service says"),
              new Field("records", "BIGINT", "how many different records told of the call"),
              new Field("updated_at", "TIMESTAMP", "when the last of them was received")),
          List.of("started_at", "call_id"));

  @Override
  public List<Read> reads() {
    return List.of(
        Read.around(RAW.table(), RECORD_DAYS, RECORD_DAYS),
        Read.around(Gold.SESSIONS, 1, 0).orNothing());
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.notNull("call_id"),
        Check.unique("call_id"),
        Check.holds("a call lasts", "coalesce(duration_seconds >= 0, true)"),
        Check.holds("an answer is known", "answered IS NOT NULL").warns());
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Dataset<Row> calls = calls(tables, day);
    return calls
        .join(sessions(calls, tables, day), "call_id", "left")
        .withColumn(
            "media_source",
            when(MediaSource.isNamed(col("_visited")), col("_visited")).otherwise(col("_source")))
        .withColumn("day", lit(day));
  }

  private static Dataset<Row> calls(Tables tables, LocalDate day) {
    Dataset<Row> records =
        RAW.records(tables, day.minusDays(RECORD_DAYS), day.plusDays(RECORD_DAYS))
            .where(col("call_id").isNotNull());
    Column status = lower(trim(col("status")));
    Column answers = when(status.isin(ANSWERED), true).when(status.isin(UNANSWERED), false);
    return records
        .withColumn("user_id", RawStream.said(records, "user_id"))
        .withColumn("_answers", answers)
        .withColumn("_seconds", when(col("duration_seconds").geq(0), col("duration_seconds")))
        .groupBy("call_id")
        .agg(
            coalesce(min_by(col("started_at"), where(col("started_at").isNotNull())), min("_time"))
                .as("started_at"),
            last("caller"),
            last("called"),
            last("user_id"),
            last("direction"),
            last("status"),
            max_by(col("_answers"), where(col("_answers").isNotNull())).as("_answers"),
            max_by(col("_seconds"), where(col("_seconds").isNotNull())).as("duration_seconds"),
            last("recording_url"),
            last("transcript").as("text"),
            last("source").as("_source"),
            last("campaign"),
            count_distinct(RawStream.id()).as("records"),
            max("_received_at").as("updated_at"))
        .where(to_date(col("started_at")).equalTo(lit(day)))
        .withColumn("answered", coalesce(col("_answers"), col("duration_seconds").gt(0)));
  }

  /** What the last record that says anything says. */
  private static Column last(String column) {
    return max_by(col(column), where(expr("trim(" + column + ") <> ''"))).as(column);
  }

  private static Column where(Column condition) {
    return when(condition, struct(RawStream.inOrderOfReceipt()));
  }

  private static Dataset<Row> sessions(Dataset<Row> calls, Tables tables, LocalDate day) {
    Dataset<Row> visits =
        Gold.daysOrNothing(
                tables,
                Gold.SESSIONS,
                "user_id STRING, started_at TIMESTAMP, session_id STRING, media_source STRING",
                day.minusDays(1),
                day)
            .select(
                col("user_id").as("_visitor"),
                col("started_at").as("_began"),
                col("session_id"),
                col("media_source"));
    Column led =
        coalesce(col("user_id"), col("caller"))
            .equalTo(col("_visitor"))
            .and(col("_began").leq(col("started_at")))
            .and(
                col("_began")
                    .geq(col("started_at").minus(expr("INTERVAL " + SESSION_HOURS + " HOURS"))));
    return calls
        .join(visits, led)
        .groupBy("call_id")
        .agg(
            max_by(
                    struct(col("session_id"), col("media_source")),
                    struct(col("_began"), col("session_id")))
                .as("_session"))
        .select(
            col("call_id"),
            col("_session.session_id").as("session_id"),
            col("_session.media_source").as("_visited"));
  }
}
