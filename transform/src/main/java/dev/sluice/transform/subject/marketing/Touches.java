package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What may have led a person to convert: visits, and what partners report of installs. */
final class Touches {
  /** A touch as an array holds it. The first columns are what touches are sorted by. */
  static final String TYPE =
      "struct<touched_at:timestamp,touch:string,touch_id:string,media_source:string,"
          + "campaign:string,known_at:timestamp>";

  private Touches() {}

  /**
   * Each of the persons once, with two arrays in the order of time: {@code _named}, touches by a
   * source, and {@code _direct}, visits by none.
   */
  static Dataset<Row> byPerson(
      Tables tables, LocalDate day, Dataset<Row> statements, Dataset<Row> persons) {
    Dataset<Row> visits =
        Gold.days(tables, Gold.SESSIONS, day.minusDays(Attribution.LOOK_BACK_DAYS), day)
            .select(
                Person.user(col("user_id")).as(Person.COLUMN),
                touch(
                        col("started_at"),
                        "session",
                        col("session_id"),
                        lit(null).cast("string"),
                        col("started_at"))
                    .as("_touch"));
    Dataset<Row> reported =
        statements
            .where(MediaSource.isNamed(col("media_source")))
            .select(
                col(Person.COLUMN),
                touch(
                        col("touched_at"),
                        "postback",
                        col("statement"),
                        col("campaign"),
                        col("known_at"))
                    .as("_touch"));
    Column named = MediaSource.isNamed(col("_touch.media_source"));
    return visits
        .unionByName(reported)
        .join(persons, Person.COLUMN, "left_semi")
        .groupBy(Person.COLUMN)
        .agg(
            sort_array(collect_list(when(named, col("_touch")))).as("_named"),
            sort_array(collect_list(when(named.equalTo(false), col("_touch")))).as("_direct"));
  }

  private static Column touch(Column at, String kind, Column id, Column campaign, Column known) {
    return struct(
            at.as("touched_at"),
            lit(kind).as("touch"),
            id.as("touch_id"),
            col("media_source"),
            campaign.as("campaign"),
            known.as("known_at"))
        .cast(TYPE);
  }
}
