package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rows for people and for spreadsheets. */
public final class Printout {
  private static final Set<String> NUMBERS =
      Set.of(
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "FLOAT",
          "DOUBLE");

  private Printout() {}

  /** Aligned columns, numbers to the right, then how many rows and how long it took. */
  public static void table(JsonNode answer, PrintWriter out) {
    List<List<String>> lines = new ArrayList<>();
    List<String> header = new ArrayList<>();
    List<Boolean> right = new ArrayList<>();
    for (JsonNode column : answer.path("columns")) {
      header.add(oneLine(column.path("name").asText()));
      String type = column.path("type").asText();
      right.add(NUMBERS.contains(type) || type.startsWith("DECIMAL"));
    }
    for (JsonNode row : answer.path("rows")) {
      List<String> line = new ArrayList<>();
      row.forEach(value -> line.add(value.isNull() ? "NULL" : oneLine(text(value))));
      lines.add(line);
    }
    int[] widths = new int[header.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] =
          Math.max(
              width(header.get(i)),
              lines.stream().mapToInt(line -> width(line.get(column))).max().orElse(0));
    }
    out.println(line(header, widths, right));
    List<String> rules = new ArrayList<>();
    for (int width : widths) {
      rules.add("-".repeat(width));
    }
    out.println(String.join("  ", rules));
    lines.forEach(row -> out.println(line(row, widths, right)));
    int rows = lines.size();
    out.printf(
        "%d %s in %d ms%n",
        rows, rows == 1 ? "row" : "rows", answer.path("elapsedMillis").asLong());
  }

  /** As RFC 4180 has it; null is an empty field, an empty text a quoted one. */
  static void csv(JsonNode answer, PrintWriter out) {
    List<String> header = new ArrayList<>();
    answer.path("columns").forEach(column -> header.add(quoted(column.path("name").asText())));
    out.print(String.join(",", header) + "\r\n");
    for (JsonNode row : answer.path("rows")) {
      List<String> fields = new ArrayList<>();
      row.forEach(value -> fields.add(value.isNull() ? "" : quoted(text(value))));
      out.print(String.join(",", fields) + "\r\n");
    }
  }

  private static String text(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }

  private static String quoted(String text) {
    boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> "\",\r\n".indexOf(c) >= 0);
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** Control characters would break the table, or command the terminal. */
  private static String oneLine(String text) {
    return text.codePoints()
        .mapToObj(c -> Character.isISOControl(c) ? "\\x%02x".formatted(c) : Character.toString(c))
        .collect(Collectors.joining());
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String line(List<String> cells, int[] widths, List<Boolean> right) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String gap = " ".repeat(widths[i] - width(cells.get(i)));
      line.append(i == 0 ? "" : "  ");
      line.append(right.get(i) ? gap + cells.get(i) : cells.get(i) + gap);
    }
    return line.toString().stripTrailing();
  }
}
