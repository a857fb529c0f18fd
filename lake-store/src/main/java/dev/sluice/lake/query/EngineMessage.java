package dev.sluice.lake.query;

import java.sql.SQLException;
import java.util.List;

/**
 * DuckDB's own words, without the drawing under the query and without advice meant for its owner.
 */
final class EngineMessage {
  private EngineMessage() {}

  static String of(SQLException failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    List<String> lines = message.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    if (lines.isEmpty()) {
      return "the query failed";
    }
    String first = lines.get(0);
    if (first.startsWith("Out of Memory Error")) {
      return first + "; the bound is sql.memory";
    }
    return lines.stream()
        .skip(1)
        .filter(l -> l.startsWith("Candidate") || l.startsWith("Did you mean"))
        .findFirst()
        .map(hint -> first + "\n" + hint)
        .orElse(first);
  }
}
