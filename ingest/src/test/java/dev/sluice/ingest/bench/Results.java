package dev.sluice.ingest.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of all turns, and the table of their medians. */
final class Results {
  private final Map<String, List<Map<Metric, Double>>> turns = new LinkedHashMap<>();

  /** Figures of those named, who stand in the table in this order. */
  Results(List<String> contenders) {
    contenders.forEach(name -> turns.put(name, new ArrayList<>()));
  }

  void add(String contender, Map<Metric, Double> figures) {
    turns.get(contender).add(figures);
    System.out.println("TURN " + contender);
    figures.forEach(
        (metric, value) -> System.out.println("  " + text(value) + " " + metric.line()));
  }

  /** In Markdown; a ratio is the median of those within a round, of the first to each other. */
  String table() {
    List<String> names = List.copyOf(turns.keySet());
    StringBuilder out = new StringBuilder("| |");
    names.forEach(name -> out.append(' ').append(name).append(" |"));
    out.append(" ratio |\n|---|").append("---|".repeat(names.size() + 1)).append('\n');
    for (Metric metric : Metric.values()) {
      out.append("| ").append(metric.line()).append(" |");
      for (String name : names) {
        out.append(' ').append(text(median(values(name, metric)))).append(" |");
      }
      out.append(' ').append(names.size() == 2 ? ratio(names, metric) : "").append(" |\n");
    }
    return out.toString();
  }

  private String ratio(List<String> names, Metric metric) {
    double[] ones = values(names.get(0), metric);
    double[] others = values(names.get(1), metric);
    double[] ratios = new double[Math.min(ones.length, others.length)];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = ones[round] / others[round];
    }
    return Double.isFinite(median(ratios))
        ? String.format(Locale.ROOT, "%.2f", median(ratios))
        : "";
  }

  private double[] values(String name, Metric metric) {
    return turns.get(name).stream().mapToDouble(turn -> turn.get(metric)).toArray();
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String text(double value) {
    return Double.isNaN(value)
        ? "-"
        : String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }
}
