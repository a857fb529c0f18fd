package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
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
import org.apache.spark.sql.expressions.Window;

/**
 * One row per id that was ever seen with another: which person it is of.
 *
 * <p>Ids that were seen together are of one person, and so are those they hang together with over
 * others. An id that was seen with more than {@link #SHARED} users is a device that many share, and
 * joins nobody. A person is called by the least of its ids.
 */
final class People implements Job {
  static final TableName TABLE = new TableName("gold", "people");

  /** How many users one other id may have been seen with and still say that they are one. */
  static final int SHARED = 5;

  private static final TableShape SHAPE =
      TableShape.whole(
          TABLE,
          "Ids that were seen together: which person each is of. Any other id is a person itself.",
          List.of(
              new Field("id", "STRING", "a user id, or another id of a user"),
              new Field("person_id", "STRING", "the least id of the person")),
          List.of("id"));

  @Override
  public List<Read> reads() {
    return List.of(Read.all(Identities.TABLE));
  }

  @Override
  public TableShape writes() {
    return SHAPE;
  }

  @Override
  public List<Check> checks() {
    return List.of(
        Check.unique("id"),
        Check.notNull("person_id"),
        Check.holds("a person is called by the least id", "person_id <= id"));
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    Dataset<Row> pairs = tables.read(Identities.TABLE).select("user_id", "other_id").distinct();
    Dataset<Row> own =
        pairs
            .withColumn("_users", count(lit(1)).over(Window.partitionBy("other_id")))
            .where(col("_users").leq(SHARED))
            .select("user_id", "other_id");
    return Components.of(own).withColumnRenamed("label", "person_id");
  }

  /** Rows that have a {@code user_id}, each with the {@code person_id} that it is of. */
  static Dataset<Row> known(Dataset<Row> rows, Tables tables) {
    Dataset<Row> people = tables.read(TABLE).select(col("id"), col("person_id").as("_person"));
    return rows.join(people, col("user_id").equalTo(col("id")), "left")
        .withColumn("person_id", coalesce(col("_person"), col("user_id")))
        .drop("id", "_person");
  }
}
