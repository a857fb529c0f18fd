package dev.sluice.transform.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;

/** A plan for people: a line for each step, and how much is read in all. */
final class PlanTable {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private final PrintWriter out;

  PlanTable(PrintWriter out) {
    this.out = out;
  }

  void show(JsonNode plan) {
    JsonNode steps = plan.path("steps");
    if (!steps.isEmpty()) {
      out.printf("%-28s %-10s %8s %10s  %s%n", "table", "day", "files", "reads", "why");
    }
    for (JsonNode step : steps) {
      out.printf(
          "%-28s %-10s %,8d %10s  %s%n",
          step.path("table").asText(),
          step.path("day").asText(),
          step.path("files").asLong(),
          size(step.path("bytes").asLong()),
          step.path("why").asText());
    }
    for (JsonNode skipped : plan.path("skipped")) {
      out.printf(
          "%-28s left out: there is no table %s%n",
          skipped.path("table").asText(), skipped.path("missing").asText());
    }
    out.println(
        steps.isEmpty()
            ? "nothing is stale"
            : steps.size()
                + (steps.size() == 1 ? " step reads " : " steps read ")
                + size(plan.path("bytes").asLong()));
    out.flush();
  }

  /** A size in thousands, as far as three digits go. */
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, value < 100 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }
}
