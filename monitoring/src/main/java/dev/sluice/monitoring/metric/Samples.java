package dev.sluice.monitoring.metric;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What one scrape brought. */
public record Samples(List<Sample> all) {
  public Samples {
    all = List.copyOf(all);
  }

  /**
   * The sum over every series of this name whose labels hold {@code labels}; 0 when there is none.
   */
  public double sum(String name, Map<String, String> labels) {
    return matching(name, labels).mapToDouble(Sample::value).filter(Double::isFinite).sum();
  }

  /** Every series of this name. */
  public List<Sample> named(String name) {
    return matching(name, Map.of()).toList();
  }

  /** The largest value of this name; 0 when there is none. */
  public double max(String name) {
    return matching(name, Map.of())
        .mapToDouble(Sample::value)
        .filter(Double::isFinite)
        .max()
        .orElse(0);
  }

  /** The sum by the values of one label, in their order. */
  public Map<String, Double> sumBy(String name, String label) {
    Map<String, Double> sums = new TreeMap<>();
    matching(name, Map.of())
        .filter(sample -> Double.isFinite(sample.value()))
        .forEach(
            sample ->
                sums.merge(sample.labels().getOrDefault(label, ""), sample.value(), Double::sum));
    return sums;
  }

  private Stream<Sample> matching(String name, Map<String, String> labels) {
    return all.stream()
        .filter(sample -> sample.name().equals(name))
        .filter(sample -> sample.labels().entrySet().containsAll(labels.entrySet()));
  }
}
