package dev.sluice.transform.plan;

import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;

/** One day of one table that is to be made. */
public record Step(TableName table, LocalDate day, List<Reason> reasons, Volume reads) {
  public Step {
    reasons = List.copyOf(reasons);
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("nothing is done without a reason: " + table);
    }
  }

  /** The reasons in one line. */
  public String why() {
    return reasons.stream().map(Reason::says).collect(Collectors.joining("; "));
  }
}
