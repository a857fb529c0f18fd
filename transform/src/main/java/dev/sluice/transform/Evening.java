package dev.sluice.transform;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.lineage.DeclaredLineage;
import dev.sluice.transform.plan.Attempt;
import dev.sluice.transform.plan.Plan;
import dev.sluice.transform.plan.PlanText;
import dev.sluice.transform.plan.Recipe;
import dev.sluice.transform.plan.Step;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.report.Progress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * From a wish to the ledger: plans, runs the steps, writes down what became of them.
 *
 * <p>The ledger is written after the rows are shown. Who is killed in between has made days that
 * the ledger does not know: they are made once more, and hold the same rows.
 */
final class Evening {
  private final SparkSession spark;
  private final Agenda agenda;
  private final InstantSource clock;
  private final DeclaredLineage lineage;
  private final Consumer<Progress> report;

  Evening(
      SparkSession spark,
      Agenda agenda,
      InstantSource clock,
      DeclaredLineage lineage,
      Consumer<Progress> report) {
    this.spark = spark;
    this.agenda = agenda;
    this.clock = clock;
    this.lineage = lineage;
    this.report = report;
  }

  /** Does what is asked, or fails in one line with as much of it in the ledger as was done. */
  void spend(NightWords words, String run) {
    Plan plan = agenda.plan(words, clock.instant());
    plan.skipped()
        .forEach(none -> report.accept(new Progress.Skipped(none.table().toString(), none.says())));
    if (words.flag("--dry-run")) {
      report.accept(new Progress.Answer(PlanText.of(plan)));
      return;
    }
    if (plan.steps().isEmpty()) {
      if (!plan.skipped().isEmpty() && plan.skipped().size() == agenda.chosen(words).size()) {
        throw new JobFailure(
            plan.skipped().get(0).says()
                + "; it is made when the first events of its stream arrive");
      }
      return;
    }
    agenda.tables().keepFingerprints(external(plan.steps()));
    Entries entries = new Entries(run, agenda);
    if (words.dayByDay()) {
      dayByDay(plan.steps(), entries, run, words.parallel());
    } else {
      together(plan.steps(), entries, run);
    }
  }

  /** What the steps read that none of the jobs makes day by day: the ledger knows those. */
  private Set<TableName> external(List<Step> steps) {
    Map<TableName, Recipe> recipes = agenda.recipes();
    Set<TableName> names = new HashSet<>();
    for (Step step : steps) {
      recipes.get(step.table()).reads().forEach(read -> names.add(read.table()));
    }
    names.removeAll(recipes.keySet());
    return names;
  }

  private void together(List<Step> steps, Entries entries, String run) {
    Instant began = clock.instant();
    List<Outcome> outcomes = new Night(spark, report).run(agenda.tasks(steps), run);
    write(entries.of(steps, outcomes, began));
    failIfAny(outcomes);
  }

  /**
   * One table after the other, its days side by side. A table is whole before those that read it
   * are begun, so they need not be made again; after a failure no further table is begun.
   */
  private void dayByDay(List<Step> steps, Entries entries, String run, int parallel) {
    Map<TableName, List<Step>> tables =
        steps.stream()
            .collect(Collectors.groupingBy(Step::table, LinkedHashMap::new, Collectors.toList()));
    List<Step> left = new ArrayList<>(steps);
    for (Map.Entry<TableName, List<Step>> table : tables.entrySet()) {
      // Rows that are merged by keys may be the same row on two days: the later day has to win.
      boolean apart = agenda.recipes().get(table.getKey()).daily();
      List<Done> done = sideBySide(table.getValue(), run, apart ? parallel : 1);
      List<Attempt> attempts = new ArrayList<>();
      List<Outcome> outcomes = new ArrayList<>();
      for (Done one : done) {
        attempts.addAll(entries.of(List.of(one.step()), one.outcomes(), one.began()));
        outcomes.addAll(one.outcomes());
      }
      left.removeAll(table.getValue());
      if (outcomes.stream().anyMatch(outcome -> outcome.result() instanceof Outcome.Failed)) {
        // What is never begun is what a retry of this run has to make, too.
        attempts.addAll(entries.held(left, table.getKey(), clock.instant()));
      }
      write(attempts);
      failIfAny(outcomes);
    }
  }

  /** A step that was run. */
  private record Done(Step step, List<Outcome> outcomes, Instant began) {}

  private List<Done> sideBySide(List<Step> steps, String run, int parallel) {
    ExecutorService pool = Executors.newFixedThreadPool(Math.min(parallel, steps.size()));
    try {
      List<Callable<Done>> calls = new ArrayList<>();
      for (Step step : steps) {
        calls.add(
            () -> {
              Instant began = clock.instant();
              return new Done(step, alone(step, run), began);
            });
      }
      List<Done> done = new ArrayList<>();
      for (Future<Done> future : pool.invokeAll(calls)) {
        done.add(future.get());
      }
      return done;
    } catch (ExecutionException broken) {
      throw new JobFailure("a day failed: " + Night.firstLine(broken), broken);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new JobFailure("the run was interrupted", stopped);
    } finally {
      pool.shutdownNow();
    }
  }

  /** One step as a night of its own. */
  private List<Outcome> alone(Step step, String run) {
    String name = run + "-" + step.table().table() + "-" + step.day();
    try {
      return new Night(spark, report).run(agenda.tasks(List.of(step)), name);
    } catch (JobFailure notBegun) {
      // The days beside it are done, or will be: the ledger has to know which is which.
      Outcome.Failed failed = new Outcome.Failed(notBegun.getMessage());
      return List.of(new Outcome(step.table(), step.day(), 0, Map.of(), List.of(), 0, failed));
    }
  }

  private void write(List<Attempt> attempts) {
    try {
      agenda.ledger().add(attempts);
    } catch (RuntimeException unwritten) {
      throw new JobFailure(
          "what was made could not be written to the ledger, and will be made once more: "
              + Night.firstLine(unwritten),
          unwritten);
    }
    lineage.tell(attempts).ifPresent(why -> System.err.println("lineage was not told: " + why));
  }

  private static void failIfAny(List<Outcome> outcomes) {
    List<String> failures =
        outcomes.stream()
            .filter(outcome -> outcome.result() instanceof Outcome.Failed)
            .map(outcome -> outcome.why().orElse(""))
            .toList();
    if (!failures.isEmpty()) {
      String more = failures.size() == 1 ? "" : ", and " + (failures.size() - 1) + " more";
      throw new JobFailure(failures.get(0) + more);
    }
  }
}
