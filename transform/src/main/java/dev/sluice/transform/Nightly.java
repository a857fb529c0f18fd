package dev.sluice.transform;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Task;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.report.Progress;
import dev.sluice.transform.subject.Subjects;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Where {@code spark-submit} enters: {@code --class dev.sluice.transform.Nightly
 * sluice-transform.jar --date 2026-11-20}. The catalog {@code lake} comes in by configuration.
 *
 * <p>Standard output has one line of JSON per {@link Progress}; a failure is the last of them, and
 * the process ends with a code other than 0.
 */
public final class Nightly {
  private static final String USAGE = "usage: Nightly --date yyyy-MM-dd";

  private Nightly() {}

  public static void main(String[] arguments) {
    try {
      run(day(arguments));
    } catch (JobFailure known) {
      say(new Progress.Failed(known.getMessage()));
      throw known;
    } catch (Exception failed) {
      String line = "the night failed: " + Night.firstLine(failed);
      say(new Progress.Failed(line));
      throw new JobFailure(line, failed);
    }
  }

  private static void run(LocalDate day) {
    long start = System.nanoTime();
    // What the rows depend on is set here, whatever the submitter's configuration says.
    SparkSession spark =
        SparkSession.builder()
            .appName("sluice nightly " + day)
            .config("spark.sql.session.timeZone", "UTC")
            .config(
                "spark.sql.extensions",
                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .getOrCreate();
    try {
      say(new Progress.Started(Night.secondsSince(start)));
      String run = spark.sparkContext().applicationId() + "/" + spark.sparkContext().startTime();
      List<Task> tasks = Subjects.nightly().stream().map(job -> new Task(job, day)).toList();
      for (Outcome outcome : new Night(spark, Nightly::say).run(tasks, run)) {
        if (outcome.result() instanceof Outcome.Failed failed) {
          throw new JobFailure(failed.why());
        }
      }
    } finally {
      spark.stop();
    }
  }

  private static LocalDate day(String[] arguments) {
    if (arguments.length != 2 || !arguments[0].equals("--date")) {
      throw new JobFailure(USAGE);
    }
    try {
      return LocalDate.parse(arguments[1]);
    } catch (DateTimeParseException notADay) {
      throw new JobFailure(arguments[1] + " is no day; " + USAGE, notADay);
    }
  }

  private static void say(Progress progress) {
    System.out.println(progress.line());
    System.out.flush();
  }
}
