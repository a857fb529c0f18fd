package dev.sluice.ingest.protocol;

import java.time.Duration;
import java.util.Objects;

/**
 * How long to wait between commits: four times what the last one cost, so that commits take at most
 * a fifth of the time.
 */
public record CommitPace(Duration shortest, Duration longest) {

  private static final int COST_MULTIPLE = 4;

  public CommitPace {
    Objects.requireNonNull(shortest, "shortest");
    Objects.requireNonNull(longest, "longest");
    if (shortest.isNegative() || shortest.isZero() || longest.compareTo(shortest) < 0) {
      throw new IllegalArgumentException("commit interval [" + shortest + ", " + longest + "]");
    }
  }

  public Duration after(Duration lastCommitCost) {
    Duration wanted = lastCommitCost.multipliedBy(COST_MULTIPLE);
    if (wanted.compareTo(shortest) < 0) {
      return shortest;
    }
    return wanted.compareTo(longest) > 0 ? longest : wanted;
  }
}
