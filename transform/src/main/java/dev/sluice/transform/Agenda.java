package dev.sluice.transform;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Task;
import dev.sluice.transform.plan.Attempt;
import dev.sluice.transform.plan.Closing;
import dev.sluice.transform.plan.LakeLedger;
import dev.sluice.transform.plan.LakeTables;
import dev.sluice.transform.plan.Ledger;
import dev.sluice.transform.plan.Plan;
import dev.sluice.transform.plan.Planner;
import dev.sluice.transform.plan.Recipe;
import dev.sluice.transform.plan.Step;
import dev.sluice.transform.plan.Wish;
import dev.sluice.transform.project.Project;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Catalog;

/** The jobs, the tables they read and the ledger: what is to be done, before anything is. */
final class Agenda {
  private final List<Job> jobs;
  private final List<Recipe> recipes;
  private final LakeLedger ledger;
  private final LakeTables tables;

  Agenda(Catalog catalog, Project project) {
    this.jobs = project.jobs();
    this.recipes = jobs.stream().map(job -> Recipe.of(job, project.code(job))).toList();
    this.ledger = new LakeLedger(catalog);
    this.tables = LakeTables.of(catalog, recipes);
  }

  Plan plan(NightWords words, Instant now) {
    Closing closing = words.closing(now);
    Set<TableName> chosen = chosen(words);
    Wish wish = words.retried().map(this::unmade).orElseGet(words::wish);
    return Planner.decide(
        known(wish, closing), tables.states(), recipes, chosen::contains, closing, wish);
  }

  /** The tables that may be made. */
  Set<TableName> chosen(NightWords words) {
    return words.chosen(jobs).stream().map(job -> job.writes().name()).collect(Collectors.toSet());
  }

  /** What a run left unmade. */
  private Wish unmade(String run) {
    Map<TableName, SortedSet<LocalDate>> days = new HashMap<>();
    List<Attempt> attempts = ledger.of(run);
    if (attempts.isEmpty()) {
      throw new JobFailure("the ledger knows no run " + run + "; see: ./sluice etl runs");
    }
    for (Attempt attempt : attempts) {
      if (attempt.status() != Attempt.Status.OK) {
        if (recipes.stream().noneMatch(recipe -> recipe.table().equals(attempt.table()))) {
          throw new JobFailure(
              run + " made " + attempt.table() + ", which no job here makes; name its --project");
        }
        days.computeIfAbsent(attempt.table(), table -> new TreeSet<>()).add(attempt.day());
      }
    }
    return new Wish.Unmade(days);
  }

  /** As much of the ledger as the days asked for, and the days they read, have rows of. */
  private Ledger known(Wish wish, Closing closing) {
    Set<TableName> whole =
        recipes.stream().filter(Recipe::whole).map(Recipe::table).collect(Collectors.toSet());
    if (wish instanceof Wish.Every every) {
      return ledger.from(every.from(), Set.of());
    }
    if (wish instanceof Wish.Unmade) {
      return ledger.read();
    }
    LocalDate first = wish instanceof Wish.StaleWithin within ? within.from() : closing.horizon();
    int before = 0;
    for (Recipe recipe : recipes) {
      for (Read read : recipe.reads()) {
        if (read.daysBefore() == Read.ALL) {
          return ledger.read();
        }
        before = Math.max(before, read.daysBefore());
      }
    }
    return ledger.from(first.minusDays(before), whole);
  }

  /** The steps as tasks, in their order. */
  List<Task> tasks(List<Step> steps) {
    Map<TableName, Job> byTable =
        jobs.stream().collect(Collectors.toMap(job -> job.writes().name(), Function.identity()));
    return steps.stream().map(step -> new Task(byTable.get(step.table()), step.day())).toList();
  }

  /** The recipes of the jobs, by the table they make. */
  Map<TableName, Recipe> recipes() {
    return recipes.stream().collect(Collectors.toMap(Recipe::table, Function.identity()));
  }

  LakeTables tables() {
    return tables;
  }

  LakeLedger ledger() {
    return ledger;
  }
}
