package dev.sluice.transform;

import dev.sluice.transform.job.Task;
import dev.sluice.transform.sample.GivenJob;
import dev.sluice.transform.sample.LakeSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** A night in a process of its own, which says where it is and waits there to be killed. */
final class NightChild {
  static final LocalDate DAY = LocalDate.of(2026, 11, 20);

  private NightChild() {}

  public static void main(String[] arguments) {
    SparkSession spark = LakeSession.open(URI.create(arguments[0]), arguments[1]);
    new Night(spark, said -> {}).run(tasks(spark, arguments[2]), "child-" + arguments[2]);
  }

  /** Alpha, then beta made of alpha's new rows. */
  static List<Task> tasks(SparkSession spark, String stop) {
    GivenJob alpha =
        GivenJob.making(spark, GivenJob.daily("alpha"), "a=2", "b=2")
            .after(() -> reached("first", stop));
    GivenJob beta =
        new GivenJob(
                GivenJob.daily("beta"),
                List.of(),
                List.of(),
                (day, tables) ->
                    tables
                        .read(alpha.writes().name())
                        .where("day = DATE'" + day + "'")
                        .selectExpr("day", "key", "value * 10 AS value"))
            .reading(alpha.writes().name())
            .after(() -> reached("second", stop));
    return List.of(new Task(alpha, DAY), new Task(beta, DAY));
  }

  private static void reached(String point, String stop) {
    if (point.equals(stop)) {
      System.out.println("reached " + point);
      try {
        if (System.in.read() >= 0) {
          throw new IllegalStateException("nobody says anything here");
        }
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}
