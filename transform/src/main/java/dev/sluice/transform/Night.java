package dev.sluice.transform;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.publish.DayOverwrite;
import dev.sluice.transform.publish.PinnedTables;
import dev.sluice.transform.report.Progress;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** A night's jobs for one day, one after the other, all from the same events. */
final class Night {
  private final SparkSession spark;
  private final List<Job> jobs;
  private final Consumer<Progress> report;

  Night(SparkSession spark, List<Job> jobs, Consumer<Progress> report) {
    this.spark = spark;
    this.jobs = jobs;
    this.report = report;
  }

  /** Runs every job, or fails in one line at the first that cannot. */
  void run(LocalDate day, String run) {
    PinnedTables tables = new PinnedTables(spark);
    DayOverwrite overwrite = new DayOverwrite(spark, run);
    tables.reach();
    // All that will be read is found, and fixed, before anything is written; what jobs of this
    // night
    // make for those after them is read when it is made.
    Set<TableName> made = jobs.stream().map(job -> job.writes().name()).collect(Collectors.toSet());
    jobs.stream()
        .flatMap(job -> job.reads().stream())
        .filter(read -> !made.contains(read.table()))
        .forEach(tables::find);
    for (Job job : jobs) {
      TableName table = job.writes().name();
      long start = System.nanoTime();
      try {
        long rows = overwrite.publish(job.run(day, tables), job.writes(), day);
        tables.forget(table);
        report.accept(new Progress.Written(table.toString(), day, rows, secondsSince(start)));
      } catch (JobFailure known) {
        throw known;
      } catch (Exception broken) {
        // Scala's checked exceptions, such as AnalysisException, come undeclared.
        throw new JobFailure(table + " of " + day + " failed: " + firstLine(broken), broken);
      }
    }
  }

  static double secondsSince(long start) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / 1000.0;
  }

  /** The root of a failure, for Spark wraps it in what it was doing. */
  static String firstLine(Throwable broken) {
    Throwable root = broken;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getName()
        : root.getClass().getSimpleName() + ": " + message.strip().lines().findFirst().orElse("");
  }
}
