package dev.sluice.transform.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What two bags of rows do not have in common, laid out for a person. */
record Difference(List<String> columns, List<List<String>> missing, List<List<String>> surplus) {
  /** Nothing when both have the same rows, each as often, in any order. */
  static Optional<Difference> between(
      List<String> columns, List<List<String>> expected, List<List<String>> found) {
    List<List<String>> missing = new ArrayList<>(expected);
    List<List<String>> surplus = new ArrayList<>();
    for (List<String> row : found) {
      if (!missing.remove(row)) {
        surplus.add(row);
      }
    }
    return missing.isEmpty() && surplus.isEmpty()
        ? Optional.empty()
        : Optional.of(new Difference(columns, missing, surplus));
  }

  /** The columns, then each row that is missing (-) or not expected (+). */
  @Override
  public String toString() {
    int[] widths = new int[columns.size()];
    List<List<String>> all = new ArrayList<>();
    all.add(columns);
    all.addAll(missing);
    all.addAll(surplus);
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder(line(' ', columns, widths));
    missing.forEach(row -> text.append(line('-', row, widths)));
    surplus.forEach(row -> text.append(line('+', row, widths)));
    return text.toString();
  }

  private static String line(char mark, List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder().append(mark).append(' ');
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? "" : " | ").append(row.get(i));
      line.append(" ".repeat(i == widths.length - 1 ? 0 : widths[i] - row.get(i).length()));
    }
    return line.toString().stripTrailing() + "\n";
  }
}
