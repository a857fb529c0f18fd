package dev.sluice.ingest.produce;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What became of the events sent so far: sent = accepted + refused + unknown.
 *
 * @param refused how many by reason
 * @param samples the first refusals, in words
 */
public record Delivery(
    long sent,
    long accepted,
    Map<String, Long> refused,
    long unknown,
    List<String> samples,
    Duration took) {
  public Delivery {
    refused = Map.copyOf(refused);
    samples = List.copyOf(samples);
    Objects.requireNonNull(took, "took");
  }

  public long refusedEvents() {
    return refused.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Reasons and how many of each, in the order of the alphabet. */
  public String reasons() {
    return new TreeMap<>(refused).toString();
  }

  public double perSecond() {
    double seconds = Math.max(1e-9, took.toNanos() / 1e9);
    return accepted / seconds;
  }
}
