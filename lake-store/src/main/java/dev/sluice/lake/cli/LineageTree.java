package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Lineage as two trees, what the root is made of and what is made of it. What was shown once is not
 * unfolded again, so a circle ends.
 */
final class LineageTree {
  private static final String UP = "from";
  private static final String DOWN = "to";

  private final JsonNode answer;
  private final PrintWriter out;

  LineageTree(JsonNode answer, PrintWriter out) {
    this.answer = answer;
    this.out = out;
  }

  void print() {
    String root = LineageCommand.name(answer.path("root"));
    String direction = answer.path("direction").asText();
    out.println(shown(root));
    if (!direction.equals("down")) {
      branch(root, UP, "made of");
    }
    if (!direction.equals("up")) {
      branch(root, DOWN, "used for");
    }
    if (answer.path("truncated").asBoolean()) {
      out.println("there is more than one answer holds: ask for less with --depth or --direction");
    }
  }

  private void branch(String root, String far, String title) {
    Map<String, TreeSet<String>> next = neighbours(root, far);
    if (next.isEmpty()) {
      out.println("  " + title + ": nothing known");
      return;
    }
    out.println("  " + title);
    unfold(root, far, "    ", new HashSet<>(Set.of(root)));
  }

  private void unfold(String at, String far, String indent, Set<String> open) {
    for (Map.Entry<String, TreeSet<String>> each : neighbours(at, far).entrySet()) {
      String name = each.getKey();
      boolean first = open.add(name);
      boolean more = !first && !neighbours(name, far).isEmpty();
      out.println(
          indent + shown(name) + "   " + String.join("; ", each.getValue()) + (more ? " …" : ""));
      if (first) {
        unfold(name, far, indent + "  ", open);
      }
    }
  }

  /** What lies one step further, each with the jobs between. */
  private Map<String, TreeSet<String>> neighbours(String at, String far) {
    String near = far.equals(UP) ? DOWN : UP;
    Map<String, TreeSet<String>> found = new LinkedHashMap<>();
    for (JsonNode edge : answer.path("edges")) {
      boolean here = edge.has(near) && matches(end(edge, near), at);
      if (here) {
        String other = edge.has(far) ? end(edge, far) : "nothing known";
        found.computeIfAbsent(other, key -> new TreeSet<>()).add(job(edge));
      }
    }
    return found;
  }

  /** What decides about whole rows of a table is shown at each of its columns. */
  private boolean matches(String end, String at) {
    return end.equals(at)
        || (answer.path("root").has("column") && at.startsWith(end + ".") && !end.isEmpty());
  }

  private static String end(JsonNode edge, String end) {
    String column = edge.path(end + "Column").asText();
    return edge.path(end).asText() + (column.isEmpty() ? "" : "." + column);
  }

  private static String job(JsonNode edge) {
    JsonNode job = edge.path("job");
    if (job.isMissingNode()) {
      return "by a job you may not see";
    }
    List<String> words = new ArrayList<>();
    words.add("by " + job.path("namespace").asText() + " " + job.path("name").asText());
    JsonNode run = job.path("lastRun");
    if (run.has("state")) {
      String when = run.path(run.has("ended") ? "ended" : "started").asText();
      words.add("(" + run.path("state").asText() + " " + when + ")");
    }
    String kinds =
        edge.path("transformations").findValuesAsText("subtype").stream()
            .filter(kind -> !kind.isEmpty())
            .collect(Collectors.joining(", "));
    if (!kinds.isEmpty()) {
      words.add("[" + kinds + "]");
    }
    return shown(String.join(" ", words));
  }

  /** Names come from anybody's events: control characters would command the terminal. */
  private static String shown(String text) {
    return text.codePoints()
        .mapToObj(c -> Character.isISOControl(c) ? "?" : Character.toString(c))
        .collect(Collectors.joining());
  }
}
