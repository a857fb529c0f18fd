package dev.sluice.daemon;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known word that a misspelt one most likely means. */
public final class Nearest {
  private Nearest() {}

  /** The known word fewest edits away: two at most, or a third of a long word. */
  private static Optional<String> to(String word, Collection<String> known) {
    return known.stream()
        .filter(candidate -> edits(word, candidate) <= Math.max(2, word.length() / 3))
        .min(
            Comparator.comparingInt((String candidate) -> edits(word, candidate))
                .thenComparing(c -> c));
  }

  /** What to add to a refusal: the nearest word, or else all of a short list. */
  public static String hint(String word, Collection<String> known) {
    return to(word, known)
        .map(nearest -> "; did you mean '" + nearest + "'?")
        .orElseGet(
            () ->
                known.isEmpty() || known.size() > 12 ? "" : "; known: " + String.join(", ", known));
  }

  /** Levenshtein distance, two rows at a time. */
  private static int edits(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] current = new int[to.length() + 1];
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int swap = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(swap, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
