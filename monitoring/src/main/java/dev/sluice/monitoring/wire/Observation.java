package dev.sluice.monitoring.wire;

import dev.sluice.monitoring.metric.Samples;
import java.time.Instant;
import java.util.Map;

/** What one look at a target brought. */
public sealed interface Observation {
  Instant at();

  /** The target answered; {@code troubles} holds its checks that are down, and why. */
  record Answered(Instant at, Map<String, String> troubles, Samples samples)
      implements Observation {
    public Answered {
      troubles = Map.copyOf(troubles);
    }
  }

  /** The target could not be read. */
  record Silent(Instant at, String why) implements Observation {}
}
