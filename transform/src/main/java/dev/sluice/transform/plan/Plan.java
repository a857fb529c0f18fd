package dev.sluice.transform.plan;

import dev.sluice.transform.job.TableName;
import java.util.List;

/**
 * What is to run.
 *
 * @param steps in the order they run: by job, and of a job the earlier day first
 */
public record Plan(List<Step> steps, List<NoInput> skipped) {
  /** A table that is left out, for another that it cannot do without is not there. */
  public record NoInput(TableName table, TableName missing) {
    public String says() {
      return "there is no table " + missing;
    }
  }

  public Plan {
    steps = List.copyOf(steps);
    skipped = List.copyOf(skipped);
  }
}
