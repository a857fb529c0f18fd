package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Rows in aligned columns, numbers to the right. Widths are found from the rows that are there when
 * the first are printed; later ones widen what is too narrow. On a terminal no line is longer than
 * the terminal is wide: long texts are cut, and columns without room are left out, and both is
 * said.
 */
final class Grid {
  private static final int ROWS_TOGETHER = 1000;
  private static final int LEAST_WIDTH = 8;
  private static final String GAP = "  ";
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
          "UHUGEINT",
          "BIGNUM",
          "FLOAT",
          "DOUBLE");

  private final List<String> header = new ArrayList<>();
  private final List<Boolean> right = new ArrayList<>();
  private final OptionalInt room;
  private final Consumer<String> out;
  private final List<List<String>> waiting = new ArrayList<>();
  private int[] widths;
  private int shown;
  private boolean begun;
  private boolean cut;
  private long rows;

  /**
   * @param room of the terminal in places, if it is one
   * @param out takes the lines
   */
  Grid(List<AnswerReader.Column> columns, OptionalInt room, Consumer<String> out) {
    for (AnswerReader.Column column : columns) {
      header.add(oneLine(column.name()));
      right.add(NUMBERS.contains(column.type()) || column.type().startsWith("DECIMAL"));
    }
    this.room = room;
    this.out = out;
    this.widths = header.stream().mapToInt(TextWidth::of).toArray();
    this.shown = widths.length;
  }

  void add(JsonNode row) {
    List<String> cells = new ArrayList<>();
    row.forEach(value -> cells.add(cell(value)));
    waiting.add(cells);
    rows++;
    if (waiting.size() >= ROWS_TOGETHER) {
      print();
    }
  }

  /** Prints what has not been printed, and how many rows there were. */
  void end(long elapsedMillis) {
    print();
    if (shown < header.size()) {
      out.accept(
          "("
              + shown
              + " of "
              + header.size()
              + " columns fit; name fewer, or use --format csv or \\format csv)");
    } else if (cut) {
      out.accept("(values were cut to fit; --format csv or \\format csv shows all of them)");
    }
    out.accept(rows + (rows == 1 ? " row in " : " rows in ") + elapsedMillis + " ms");
  }

  private void print() {
    for (List<String> cells : waiting) {
      for (int i = 0; i < shown; i++) {
        widths[i] = Math.max(widths[i], TextWidth.of(cells.get(i)));
      }
    }
    if (room.isPresent()) {
      fit(room.getAsInt());
    }
    if (!begun) {
      begun = true;
      out.accept(line(header));
      List<String> rules = new ArrayList<>();
      for (int width : widths) {
        rules.add("-".repeat(width));
      }
      out.accept(line(rules));
    }
    waiting.forEach(cells -> out.accept(line(cells)));
    waiting.clear();
  }

  /** Takes places from the widest column, then columns from the end. */
  private void fit(int places) {
    while (total() > places) {
      int widest = 0;
      for (int i = 1; i < shown; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      int excess = total() - places;
      if (widths[widest] > LEAST_WIDTH) {
        int second = 0;
        for (int i = 0; i < shown; i++) {
          second = i != widest ? Math.max(second, widths[i]) : second;
        }
        int down = Math.max(1, Math.min(excess, widths[widest] - Math.max(second, LEAST_WIDTH)));
        widths[widest] -= down;
        cut = true;
      } else if (shown > 1) {
        shown--;
      } else {
        return;
      }
    }
  }

  private int total() {
    int total = GAP.length() * (shown - 1);
    for (int i = 0; i < shown; i++) {
      total += widths[i];
    }
    return total;
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < shown; i++) {
      String cell = TextWidth.cut(cells.get(i), widths[i]);
      String gap = " ".repeat(Math.max(0, widths[i] - TextWidth.of(cell)));
      line.append(i == 0 ? "" : GAP);
      line.append(right.get(i) ? gap + cell : cell + gap);
    }
    return line.toString().stripTrailing();
  }

  /** Null is the bare word; a text that reads the same is in quotes. */
  private static String cell(JsonNode value) {
    if (value.isNull()) {
      return "NULL";
    }
    String text = value.isValueNode() ? value.asText() : value.toString();
    return text.equals("NULL") ? "'NULL'" : oneLine(text);
  }

  /** Control characters would break the table, or command the terminal. */
  private static String oneLine(String text) {
    if (text.chars().noneMatch(c -> Character.isISOControl(c) || isTurning(c))) {
      return text;
    }
    return text.codePoints()
        .mapToObj(
            c ->
                Character.isISOControl(c) || isTurning(c)
                    ? "\\x%02x".formatted(c)
                    : Character.toString(c))
        .collect(Collectors.joining());
  }

  /** Those that turn the writing direction, and the rest of the line with it. */
  private static boolean isTurning(int c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  }
}
