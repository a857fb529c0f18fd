package dev.sluice.transform;

import dev.sluice.transform.check.Audit;
import dev.sluice.transform.check.CheckBook;
import dev.sluice.transform.check.CheckSummary;
import dev.sluice.transform.check.Checked;
import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Task;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.publish.Publication;
import dev.sluice.transform.publish.Release;
import dev.sluice.transform.publish.Staged;
import dev.sluice.transform.report.Progress;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One night: tasks one after the other, all from the same events, each checked when it is made, and
 * everything shown together at the end. When one fails, nobody sees anything of the night.
 */
final class Night {
  private static final Logger LOG = LoggerFactory.getLogger(Night.class);

  private final SparkSession spark;
  private final Consumer<Progress> report;

  Night(SparkSession spark, Consumer<Progress> report) {
    this.spark = spark;
    this.report = report;
  }

  /**
   * Runs the tasks in their order, in which a table that is read comes before its readers, until
   * one fails.
   *
   * @param run what the run is called, once only
   * @return what became of each task, in the order of the tasks
   * @throws JobFailure when the catalog cannot be reached, and nothing was begun
   */
  List<Outcome> run(List<Task> tasks, String run) {
    List<Outcome> outcomes;
    try (Release release = new Release(spark, run)) {
      outcomes = pinned(release, tasks).orElseGet(() -> made(release, tasks));
      if (outcomes.stream().allMatch(outcome -> outcome.why().isEmpty())) {
        outcomes = published(release, outcomes, run);
      }
    }
    keep(run, outcomes);
    return outcomes;
  }

  /** All that will be read is found, and fixed, before anything is written. */
  private static Optional<List<Outcome>> pinned(Release release, List<Task> tasks) {
    Set<TableName> toCome = new HashSet<>();
    for (Task task : tasks) {
      try {
        release.pin(task.job(), toCome);
      } catch (JobFailure missing) {
        return Optional.of(ended(List.of(), tasks, tasks.indexOf(task), missing.getMessage()));
      }
      toCome.add(task.job().writes().name());
    }
    return Optional.empty();
  }

  /** Those that were made before, the one that failed, and those that nobody began. */
  private static List<Outcome> ended(List<Outcome> made, List<Task> tasks, int failed, String why) {
    Outcome.Held held =
        new Outcome.Held("not published, because " + name(tasks.get(failed)) + " failed");
    List<Outcome> all = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      Outcome outcome = i < made.size() ? made.get(i) : notMade(tasks.get(i), Map.of(), 0);
      all.add(outcome.ended(i == failed ? new Outcome.Failed(why) : held));
    }
    return all;
  }

  private static String name(Task task) {
    return task.job().writes().name() + " of " + task.day();
  }

  private static Outcome notMade(Task task, Map<TableName, Long> inputs, double seconds) {
    return new Outcome(
        task.job().writes().name(),
        task.day(),
        0,
        inputs,
        List.of(),
        seconds,
        new Outcome.Held("not made"));
  }

  private List<Outcome> made(Release release, List<Task> tasks) {
    List<Outcome> made = new ArrayList<>();
    for (Task task : tasks) {
      Map<TableName, Long> inputs = release.inputs(task.job());
      long start = System.nanoTime();
      Optional<String> why;
      try {
        Outcome outcome = made(release, task, inputs, start);
        made.add(outcome);
        why = breach(outcome.checks()).map(says -> name(task) + " is not published: " + says);
      } catch (JobFailure known) {
        made.add(notMade(task, inputs, secondsSince(start)));
        why = Optional.of(known.getMessage());
      } catch (Exception broken) {
        // Scala's checked exceptions, such as AnalysisException, come undeclared.
        made.add(notMade(task, inputs, secondsSince(start)));
        why = Optional.of(name(task) + " failed: " + firstLine(broken));
      }
      if (why.isPresent()) {
        return ended(made, tasks, made.size() - 1, why.get());
      }
    }
    return made;
  }

  private Outcome made(Release release, Task task, Map<TableName, Long> inputs, long start) {
    Job job = task.job();
    Staged staged = release.stage(job.run(task.day(), release.tables()), job.writes(), task.day());
    List<Checked> checks =
        new Audit(spark, release.tables(), new CheckBook(spark))
            .check(staged.table(), task.day(), staged.query(), checks(job));
    report.accept(told(staged, checks));
    return new Outcome(
        staged.table(),
        task.day(),
        staged.rows(),
        inputs,
        checks,
        secondsSince(start),
        new Outcome.Published(staged.snapshot()));
  }

  /** A table whose rows are merged by keys must have each key once, or runs would not repeat. */
  private static List<Check> checks(Job job) {
    List<Check> checks = new ArrayList<>(job.checks());
    if (job.writes().materialization() instanceof Materialization.Merge merge) {
      Check keys = Check.unique(merge.keys().toArray(String[]::new));
      if (checks.stream().noneMatch(check -> check.rule().equals(keys.rule()) && stops(check))) {
        // One that only warns has the same name.
        checks.removeIf(check -> check.rule().equals(keys.rule()));
        checks.add(keys);
      }
    }
    return checks;
  }

  private static boolean stops(Check check) {
    return check.severity() == Check.Severity.ERROR;
  }

  private static Progress.Checked told(Staged staged, List<Checked> checks) {
    List<String> warned = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    for (Checked checked : checks) {
      if (!checked.passed()) {
        (checked.stops() ? failed : warned).add(checked.check().name() + ": " + checked.says());
      }
    }
    return new Progress.Checked(
        staged.table().toString(),
        staged.day(),
        checks.size() - warned.size() - failed.size(),
        warned,
        failed);
  }

  /** What keeps the rows from everybody, with a row to look at. */
  private static Optional<String> breach(List<Checked> checks) {
    List<Checked> breaches = checks.stream().filter(Checked::stops).toList();
    if (breaches.isEmpty()) {
      return Optional.empty();
    }
    Checked first = breaches.get(0);
    String others = breaches.size() == 1 ? "" : ", and " + (breaches.size() - 1) + " more checks";
    String row =
        first.sample().isEmpty()
            ? ""
            : ", such as " + first.sample().get(0) + " (see " + CheckBook.FAILURES + ")";
    return Optional.of(first.check().name() + ": " + first.says() + row + others);
  }

  private List<Outcome> published(Release release, List<Outcome> made, String run) {
    Publication publication =
        release.publish(table -> Map.of(CheckSummary.PROPERTY, checked(run, table, made)));
    List<Outcome> outcomes = new ArrayList<>();
    for (Outcome outcome : made) {
      Optional<Long> snapshot =
          Optional.ofNullable(publication.shown().get(outcome.table()))
              .map(days -> days.get(outcome.day()));
      outcomes.add(
          snapshot
              .map(shown -> outcome.ended(new Outcome.Published(shown)))
              .orElseGet(() -> outcome.ended(notShown(publication, outcome))));
      if (snapshot.isPresent()) {
        report.accept(
            new Progress.Written(
                outcome.table().toString(), outcome.day(), outcome.rows(), outcome.seconds()));
      }
    }
    if (!publication.shown().isEmpty()) {
      report.accept(
          new Progress.Released(
              publication.shown().size(),
              publication instanceof Publication.Together ? "together" : "one by one"));
    }
    return outcomes;
  }

  private static String checked(String run, TableName table, List<Outcome> made) {
    Map<LocalDate, List<Checked>> days = new TreeMap<>();
    made.stream()
        .filter(outcome -> outcome.table().equals(table))
        .forEach(outcome -> days.put(outcome.day(), outcome.checks()));
    return CheckSummary.of(run, days);
  }

  private static Outcome.Result notShown(Publication publication, Outcome outcome) {
    if (!(publication instanceof Publication.Refused refused)) {
      throw new IllegalStateException(outcome.table() + " was not staged");
    }
    return outcome.table().equals(refused.table())
        ? new Outcome.Failed(refused.why())
        : new Outcome.Held("not published, because " + refused.table() + " could not be");
  }

  /** The rows are published or not, whatever becomes of the notes on them. */
  private void keep(String run, List<Outcome> outcomes) {
    List<CheckBook.Entry> entries = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      boolean published = outcome.result() instanceof Outcome.Published;
      outcome
          .checks()
          .forEach(
              checked ->
                  entries.add(
                      new CheckBook.Entry(outcome.table(), outcome.day(), published, checked)));
    }
    try {
      new CheckBook(spark).keep(run, entries);
    } catch (Exception unwritten) {
      // Scala's checked exceptions, such as AnalysisException, come undeclared.
      LOG.warn("what the checks of run {} found could not be written down", run, unwritten);
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
