package dev.sluice.transform.check;

import dev.sluice.transform.job.Check;
import java.util.List;
import java.util.Optional;

/**
 * What a check found.
 *
 * @param value the figure that was judged: rows that break the rule, or the share, seconds or index
 *     that the rule bounds; none where there was nothing to judge
 * @param says the breach in one line, for a person; empty when the check passed
 * @param sample up to {@link #SAMPLE} rows that break the rule, as JSON, where rows can be named
 * @param figures what later runs compare with: counts, as many as the rule needs
 */
public record Checked(
    Check check,
    boolean passed,
    Optional<Double> value,
    String says,
    List<String> sample,
    List<Long> figures) {
  /** How many of the rows that break a rule are kept. */
  public static final int SAMPLE = 20;

  public Checked {
    sample = List.copyOf(sample);
    figures = List.copyOf(figures);
    if (passed != says.isEmpty()) {
      throw new IllegalArgumentException("a breach, and nothing else, is said in a line: " + says);
    }
  }

  /** Whether it keeps the rows from being published. */
  public boolean stops() {
    return !passed && check.severity() == Check.Severity.ERROR;
  }
}
