package dev.sluice.transform.subject.marketing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.TableShape.Field;
import dev.sluice.transform.job.Tables;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One row per conversion, model and touch that the model credits.
 *
 * <p>A conversion's path is its person's touches of the {@link #LOOK_BACK_DAYS} days before it: the
 * sessions that began by a media source, and the installs and reattributions that partners report
 * with one and that were known when it happened. An install counts a partner's report of up to 24
 * hours later too, for that is the same install. Without any such touch the conversion is credited
 * whole to the last visit by no source ({@code direct}), or, without a visit, to nothing ({@code
 * none}). Of more than {@link TouchPath#MOST} touches the first and the last ones are the path.
 */
public final class Attribution implements Job {
  static final int LOOK_BACK_DAYS = 30;

  static final TableName TABLE = new TableName("gold", "attribution");

  private static final TableShape SHAPE =
      TableShape.daily(
          TABLE,
          "Credit for orders and installs, divided among the visits and ads that led to them.",
          List.of(
              new Field("day", "DATE", "UTC day of the conversion"),
              new Field("conversion", "STRING", "purchase or install"),
              new Field(
                  "conversion_id", "STRING", "the order, the install's event, or the report's id"),
              new Field("user_id", "STRING", "who converted; none where nobody was named"),
              new Field("converted_at", "TIMESTAMP", "when"),
              new Field("model", "STRING", "last, first, linear, position or decay"),
              new Field("touch_number", "INT", "of this touch within the path, from 1"),
              new Field("touches", "INT", "length of the path"),
              new Field("touch", "STRING", "session, postback, direct or none"),
              new Field("touch_id", "STRING", "the session, or the report's id"),
              new Field("touched_at", "TIMESTAMP", "when the visit began or the ad was touched"),
              new Field("media_source", "STRING", "who is credited; none if direct"),
              new Field("campaign", "STRING", "of the source, where a partner says it"),
              new Field("share", "DECIMAL(10,9)", "of the conversion; a model's add up to 1"),
              new Field("revenue", "DECIMAL(38,4)", "this share of the order, net of refunds"),
              new Field("currency", "STRING", "of the revenue; none when there are several")),
          List.of("conversion", "conversion_id", "model", "touch_number"));

  private static final String SUMS =
      "SELECT conversion, conversion_id, model, sum(share) AS shares FROM rows"
          + " GROUP BY conversion, conversion_id, model HAVING sum(share) <> 1";

  @Override
  public List<Read> reads() {
    return List.of(
        Read.around(Gold.SESSIONS, LOOK_BACK_DAYS, 0),
        Read.day(Gold.TRANSACTIONS),
        Conversions.READ,
        Postbacks.READ);
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.notNull("conversion_id"),
        Check.unique("conversion", "conversion_id", "model", "touch_number"),
        new Check(
            "accepted(model)", new Check.Accepted("model", Credit.NAMES), Check.Severity.ERROR),
        Check.holds("shares are positive", "share > 0 AND share <= 1"),
        Check.holds("touches come first", "touched_at IS NULL OR touched_at <= converted_at"),
        new Check("shares add up to 1", new Check.Finds(SUMS), Check.Severity.ERROR));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Dataset<Row> statements = Postbacks.statements(tables, day);
    Dataset<Row> conversions = Conversions.of(tables, day, statements);
    Dataset<Row> touches =
        Touches.byPerson(tables, day, statements, conversions.select(Person.COLUMN).distinct());
    Dataset<Row> paths = TouchPath.of(conversions.join(touches, Person.COLUMN, "left"));
    return Credit.divided(paths)
        .select(
            lit(day).as("day"),
            col("conversion"),
            col("conversion_id"),
            col("user_id"),
            col("converted_at"),
            col("_by.model").as("model"),
            col("_i").plus(1).as("touch_number"),
            col("_n").as("touches"),
            col("_touch._path.touch").as("touch"),
            col("_touch._path.touch_id").as("touch_id"),
            col("_touch._path.touched_at").as("touched_at"),
            col("_touch._path.media_source").as("media_source"),
            col("_touch._path.campaign").as("campaign"),
            col("_touch._parts").as("share"),
            col("_touch._amounts").as("revenue"),
            col("currency"));
  }
}
