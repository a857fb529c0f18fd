package dev.sluice.transform.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows as text: the columns on the first line, a row on each that follows, cells parted by {@code
 * |}. An empty cell is no value, {@code ''} is the empty word, and {@code \|} is a bar. Lines of
 * dashes and empty lines do not count.
 *
 * <pre>
 * user_id | price DOUBLE | _time TIMESTAMP
 * ann     | 2.5          | 2026-11-20T08:00:00Z
 * bob     |              | 2026-11-20T09:00:00Z
 * </pre>
 */
record TextTable(List<Heading> headings, List<List<Optional<String>>> rows) {
  /** A column's name, and its type where it is written. */
  record Heading(String name, Optional<String> type) {}

  TextTable {
    headings = List.copyOf(headings);
    rows = List.copyOf(rows);
  }

  static TextTable of(String text) {
    List<String> lines =
        text.lines().map(String::strip).filter(line -> !line.matches("[-|+\\s]*")).toList();
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("a table begins with a line that names its columns");
    }
    List<Heading> headings = cells(lines.get(0)).stream().map(TextTable::heading).toList();
    List<List<Optional<String>>> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      List<String> cells = cells(line);
      if (cells.size() != headings.size()) {
        throw new IllegalArgumentException(
            "the row '"
                + line
                + "' has "
                + cells.size()
                + " cells, its table has "
                + headings.size()
                + " columns");
      }
      rows.add(cells.stream().map(TextTable::value).toList());
    }
    return new TextTable(headings, rows);
  }

  private static Heading heading(String cell) {
    String[] words = cell.split("\\s+", 2);
    if (words[0].isEmpty()) {
      throw new IllegalArgumentException("a column without a name");
    }
    return new Heading(words[0], words.length == 1 ? Optional.empty() : Optional.of(words[1]));
  }

  private static Optional<String> value(String cell) {
    if (cell.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(cell.equals("''") ? "" : cell);
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char letter = line.charAt(i);
      if (letter == '\\' && i + 1 < line.length() && line.charAt(i + 1) == '|') {
        cell.append('|');
        i++;
      } else if (letter == '|') {
        cells.add(cell.toString().strip());
        cell.setLength(0);
      } else {
        cell.append(letter);
      }
    }
    cells.add(cell.toString().strip());
    return cells;
  }
}
