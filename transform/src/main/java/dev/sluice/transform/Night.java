package dev.sluice.transform;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Task;
import dev.sluice.transform.publish.DayOverwrite;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.publish.PinnedTables;
import dev.sluice.transform.report.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** A night's tasks, one after the other, all from the same events. */
final class Night {
  private final SparkSession spark;
  private final Consumer<Progress> report;

  Night(SparkSession spark, Consumer<Progress> report) {
    this.spark = spark;
    this.report = report;
  }

  /** Runs every task until one fails, and says what became of each. */
  List<Outcome> run(List<Task> tasks, String run) {
    PinnedTables tables = new PinnedTables(spark);
    DayOverwrite overwrite = new DayOverwrite(spark, run);
    tables.reach();
    List<Outcome> outcomes = new ArrayList<>();
    for (Task task : tasks) {
      TableName table = task.job().writes().name();
      long start = System.nanoTime();
      Outcome.Result result;
      long rows = 0;
      try {
        rows =
            overwrite.publish(task.job().run(task.day(), tables), task.job().writes(), task.day());
        result = new Outcome.Published(0);
        report.accept(
            new Progress.Written(table.toString(), task.day(), rows, secondsSince(start)));
      } catch (JobFailure known) {
        result = new Outcome.Failed(known.getMessage());
      } catch (Exception broken) {
        // Scala's checked exceptions, such as AnalysisException, come undeclared.
        result = new Outcome.Failed(table + " of " + task.day() + " failed: " + firstLine(broken));
      }
      outcomes.add(
          new Outcome(table, task.day(), rows, Map.of(), List.of(), secondsSince(start), result));
      if (result instanceof Outcome.Failed) {
        break;
      }
    }
    return outcomes;
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
