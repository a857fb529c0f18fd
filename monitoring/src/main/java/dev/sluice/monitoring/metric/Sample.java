package dev.sluice.monitoring.metric;

import java.util.Map;

/**
 * One measured value: a name, labels that tell its sources apart, and a number that may be NaN or
 * infinite.
 */
public record Sample(String name, Map<String, String> labels, double value) {
  public Sample {
    labels = Map.copyOf(labels);
  }
}
