package dev.sluice.transform;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.transform.check.Checked;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.plan.Attempt;
import dev.sluice.transform.plan.LakeTables;
import dev.sluice.transform.plan.Planner;
import dev.sluice.transform.plan.Recipe;
import dev.sluice.transform.plan.Step;
import dev.sluice.transform.plan.TableState;
import dev.sluice.transform.plan.TableVersion;
import dev.sluice.transform.publish.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What became of steps, as rows of the ledger.
 *
 * <p>A table that the run did not make itself is written down as it was before anything ran: what
 * came between that and the reading is found again by the next plan, and made once more.
 */
final class Entries {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String run;
  private final Map<TableName, Recipe> recipes;
  private final LakeTables tables;
  private final Map<TableName, TableState> before;

  /** The tables that the run made. */
  private final Set<TableName> made = new HashSet<>();

  Entries(String run, Agenda agenda) {
    this.run = run;
    this.recipes = agenda.recipes();
    this.tables = agenda.tables();
    this.before = tables.states();
  }

  /**
   * The rows of steps that ran one after the other.
   *
   * @param outcomes of the steps, in their order
   */
  List<Attempt> of(List<Step> steps, List<Outcome> outcomes, Instant began) {
    for (Outcome outcome : outcomes) {
      if (outcome.result() instanceof Outcome.Published) {
        made.add(outcome.table());
      }
    }
    List<Attempt> attempts = new ArrayList<>();
    Instant started = began;
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome outcome = outcomes.get(i);
      Instant ended = started.plus(Duration.ofMillis(Math.round(outcome.seconds() * 1000)));
      attempts.add(attempt(steps.get(i), outcome, started, ended));
      started = ended;
    }
    return attempts;
  }

  /** The rows of steps that were not begun, for a table before theirs failed. */
  List<Attempt> held(List<Step> steps, TableName failed, Instant now) {
    String why = "not made, because " + failed + " failed";
    return steps.stream()
        .map(
            step ->
                new Attempt(
                    run,
                    step.table(),
                    step.day(),
                    Attempt.Status.HELD,
                    List.of(),
                    recipes.get(step.table()).code(),
                    0,
                    checks(List.of()),
                    now,
                    now,
                    why))
        .toList();
  }

  private Attempt attempt(Step step, Outcome outcome, Instant started, Instant ended) {
    Recipe recipe = recipes.get(step.table());
    List<Attempt.Input> inputs = new ArrayList<>();
    Set<TableName> once = new HashSet<>();
    for (Read read : recipe.reads()) {
      if (once.add(read.table())) {
        version(read.table(), Optional.ofNullable(outcome.inputs().get(read.table())))
            .ifPresent(
                version ->
                    inputs.add(
                        new Attempt.Input(
                            read.table(), version, Planner.decided(step, read.table()))));
      }
    }
    Attempt.Status status =
        outcome.result() instanceof Outcome.Published
            ? Attempt.Status.OK
            : outcome.result() instanceof Outcome.Failed
                ? Attempt.Status.FAILED
                : Attempt.Status.HELD;
    return new Attempt(
        run,
        step.table(),
        step.day(),
        status,
        inputs,
        recipe.code(),
        outcome.rows(),
        checks(outcome.checks()),
        started,
        ended,
        outcome.why().orElseGet(step::why));
  }

  /**
   * What was staged and read may have been shown as another snapshot, on top of what others showed
   * in between. Then it stands for nothing of them, and neither does what is shown now: they are
   * found from how the table was before, at the price of one day made twice.
   */
  private Optional<TableVersion> version(TableName table, Optional<Long> snapshot) {
    Optional<TableVersion> ours =
        made.contains(table) ? snapshot.flatMap(id -> tables.version(table, id)) : Optional.empty();
    return ours.or(() -> Optional.ofNullable(before.get(table)).map(TableState::version));
  }

  private static String checks(List<Checked> checks) {
    ArrayNode all = JSON.createArrayNode();
    for (Checked checked : checks) {
      ObjectNode one = all.addObject();
      one.put("check", checked.check().name())
          .put("severity", checked.check().severity().name().toLowerCase(Locale.ROOT))
          .put("passed", checked.passed());
      checked.value().ifPresent(value -> one.put("value", value));
      if (!checked.says().isEmpty()) {
        one.put("says", checked.says());
      }
    }
    return all.toString();
  }
}
