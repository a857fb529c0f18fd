import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark job on raw objects, compiled by the java that runs it: lines of text, JSON and Parquet by
 * S3A, from the place named by its only argument. Says in one line what it found.
 */
public final class RawObjects {
  private RawObjects() {}

  public static void main(String[] arguments) {
    String place = arguments[0];
    SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate();
    try {
      long lines = spark.read().textFile(place + "/lines.txt").count();
      Dataset<Row> events = spark.read().json(place + "/events/*.json");
      events.write().partitionBy("day").parquet(place + "/parquet");
      Dataset<Row> again = spark.read().parquet(place + "/parquet").where("day = '2026-11-20'");
      Row sums = again.selectExpr("count(*)", "sum(price)").first();
      System.out.println(
          String.join(" ", Arrays.asList("found", "" + lines, "" + events.count(), sums.mkString(" "))));
    } finally {
      spark.stop();
    }
  }
}
