package dev.sluice.transform.source;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Words that are known, and the one that a mistyped word most likely means. */
final class Names {
  private Names() {}

  /** What to add to a refusal: the nearest word, or all of a short list. */
  static String hint(String word, Collection<String> known) {
    Optional<String> nearest =
        known.stream()
            .filter(candidate -> edits(word, candidate) <= Math.max(2, word.length() / 3))
            .min(
                Comparator.comparingInt((String candidate) -> edits(word, candidate))
                    .thenComparing(Comparator.naturalOrder()));
    return nearest
        .map(found -> "; did you mean '" + found + "'?")
        .orElseGet(
            () ->
                known.isEmpty() || known.size() > 12 ? "" : "; known: " + String.join(", ", known));
  }

  /** Levenshtein's distance. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
