package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
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
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * One row per person and stretch of days on which what is known of it stayed the same: a slowly
 * changing dimension of the second type.
 *
 * <p>What is known of a person on a day is what was so at the end of it. It is made from all days
 * anew, so that an old day that is run again corrects everything since.
 */
final class UsersHistory implements Job {
  private static final List<String> ATTRIBUTES =
      List.of("media_source", "campaign", "country", "buyer");

  private static final TableShape SHAPE =
      TableShape.whole(
          new TableName("gold", "users_history"),
          "Persons as they were: one row per stretch of days on which nothing changed.",
          List.of(
              new Field("person_id", "STRING", "the least of the person's ids"),
              new Field("valid_from", "DATE", "first UTC day of the stretch"),
              new Field("valid_to", "DATE", "the day it ends, which is not of it; none if current"),
              new Field("current", "BOOLEAN", "whether it is so still"),
              new Field("media_source", "STRING", "of the last touch so far"),
              new Field("campaign", "STRING", "of the last touch so far"),
              new Field("country", "STRING", "the last that an event named so far"),
              new Field("buyer", "STRING", "never, once or again: how often it had bought")),
          List.of("person_id", "valid_from"));

  @Override
  public List<Read> reads() {
    return List.of(Read.all(UserDays.TABLE), Read.all(People.TABLE));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("person_id", "valid_from"),
        Check.notNull("person_id"),
        Check.notNull("valid_from"),
        Check.holds("buyer is a state", "buyer IN ('never', 'once', 'again')"),
        Check.holds("a stretch ends after it begins", "valid_to IS NULL OR valid_to > valid_from"),
        Check.holds("what has no end is current", "current = (valid_to IS NULL)"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    WindowSpec ofPerson = Window.partitionBy("person_id").orderBy("day");
    WindowSpec soFar = ofPerson.rowsBetween(Window.unboundedPreceding(), Window.currentRow());
    Column bought = sum("_purchases").over(soFar);
    Column state = struct(ATTRIBUTES.stream().map(name -> col(name)).toArray(Column[]::new));
    return days(tables)
        .withColumn("_touch", last(col("_touch"), true).over(soFar))
        .withColumn("_place", last(col("_place"), true).over(soFar))
        .withColumn("_bought", bought)
        .withColumn("media_source", col("_touch.last_media_source"))
        .withColumn("campaign", col("_touch.last_campaign"))
        .withColumn("country", col("_place.country"))
        .withColumn(
            "buyer",
            when(col("_bought").equalTo(0), "never")
                .when(col("_bought").equalTo(1), "once")
                .otherwise("again"))
        .withColumn("_state", state)
        .withColumn("_before", lag("_state", 1).over(ofPerson))
        .where(col("_state").eqNullSafe(col("_before")).equalTo(lit(false)))
        .withColumn("valid_from", col("day"))
        .withColumn("valid_to", lead("day", 1).over(ofPerson))
        .withColumn("current", col("valid_to").isNull());
  }

  /** What each day adds to what is known of a person. */
  private static Dataset<Row> days(Tables tables) {
    return People.known(tables.read(UserDays.TABLE), tables)
        .groupBy("person_id", "day")
        .agg(
            sum("purchases").as("_purchases"),
            max(Users.touch("last")).as("_touch"),
            max(Users.country()).as("_place"));
  }
}
