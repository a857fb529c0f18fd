package dev.sluice.transform.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.transform.report.RunRecord;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runs for people. The ledger is what counts; the book of this data directory adds the runs that
 * never came as far as the ledger, and how long the others took with all that is around them.
 */
final class RunsTable {
  private final List<JsonNode> attempts = new ArrayList<>();
  private final List<RunRecord> book;

  /**
   * @param attempts the ledger's, the earliest first
   * @param book the newest first
   */
  RunsTable(JsonNode attempts, List<RunRecord> book) {
    attempts.forEach(this.attempts::add);
    this.book = List.copyOf(book);
  }

  /** A run as one line. */
  private record Line(
      String run,
      String started,
      String days,
      String status,
      long rows,
      double seconds,
      String why) {}

  /** The newest runs, each in a line. */
  void runs(PrintWriter out, int limit) {
    Map<String, List<JsonNode>> byRun =
        attempts.stream()
            .collect(
                Collectors.groupingBy(
                    attempt -> attempt.path("run").asText(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<Line> lines = new ArrayList<>();
    Set<String> told = new HashSet<>();
    for (RunRecord run : book) {
      told.add(run.id());
      List<JsonNode> ledger = byRun.getOrDefault(run.id(), List.of());
      long rows = ledger.isEmpty() ? run.rows() : rows(ledger);
      lines.add(
          new Line(
              run.id(),
              run.started().toString(),
              run.asked(),
              run.status().name().toLowerCase(Locale.ROOT),
              rows,
              run.seconds(),
              run.why()));
    }
    byRun.forEach(
        (run, ledger) -> {
          if (!told.contains(run)) {
            lines.add(elsewhere(run, ledger));
          }
        });
    lines.sort(Comparator.comparing(Line::started).reversed());
    out.printf("%-24s %-24s %-8s %12s %9s%n", "run", "days", "status", "rows", "seconds");
    lines.stream()
        .limit(limit)
        .forEach(
            line ->
                out.printf(
                    "%-24s %-24s %-8s %,12d %9.1f  %s%n",
                    line.run(),
                    line.days(),
                    line.status(),
                    line.rows(),
                    line.seconds(),
                    line.why()));
    out.flush();
  }

  /** A run that was not started from this data directory. */
  private static Line elsewhere(String run, List<JsonNode> ledger) {
    TreeSet<String> days =
        ledger.stream()
            .map(attempt -> attempt.path("day").asText())
            .collect(Collectors.toCollection(TreeSet::new));
    String why =
        ledger.stream()
            .filter(attempt -> attempt.path("status").asText().equals("failed"))
            .map(attempt -> attempt.path("why").asText())
            .findFirst()
            .orElse("");
    return new Line(
        run,
        ledger.get(0).path("started").asText(),
        days.size() == 1 ? days.first() : days.first() + " to " + days.last(),
        ledger.stream().allMatch(RunsTable::ok) ? "ok" : "failed",
        rows(ledger),
        ledger.stream().mapToDouble(attempt -> attempt.path("seconds").asDouble()).sum(),
        why);
  }

  private static boolean ok(JsonNode attempt) {
    return attempt.path("status").asText().equals("ok");
  }

  private static long rows(List<JsonNode> ledger) {
    return ledger.stream()
        .filter(RunsTable::ok)
        .mapToLong(attempt -> attempt.path("rows").asLong())
        .sum();
  }

  /** What was done to a table, or a day, or both, the newest first; an empty word is any. */
  void attempts(PrintWriter out, String table, String day, int limit) {
    List<JsonNode> found = new ArrayList<>();
    for (int i = attempts.size() - 1; i >= 0 && found.size() < limit; i--) {
      JsonNode attempt = attempts.get(i);
      String name = attempt.path("table").asText();
      if ((table.isEmpty() || name.equals(table) || name.endsWith("." + table))
          && (day.isEmpty() || attempt.path("day").asText().equals(day))) {
        found.add(attempt);
      }
    }
    out.printf(
        "%-24s %-28s %-10s %-8s %12s %9s%n", "run", "table", "day", "status", "rows", "seconds");
    for (JsonNode attempt : found) {
      out.printf(
          "%-24s %-28s %-10s %-8s %,12d %9.1f  %s%n",
          attempt.path("run").asText(),
          attempt.path("table").asText(),
          attempt.path("day").asText(),
          attempt.path("status").asText(),
          attempt.path("rows").asLong(),
          attempt.path("seconds").asDouble(),
          attempt.path("why").asText());
    }
    out.flush();
  }
}
