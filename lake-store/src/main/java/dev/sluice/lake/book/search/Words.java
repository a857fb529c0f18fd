package dev.sluice.lake.book.search;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Text as words: {@code userId}, {@code user_id} and {@code User ID} are the same two. */
final class Words {
  private static final int LONGEST = 64;

  /** A word as it is compared, and where it stands in the text. */
  record Word(String term, int start, int end) {}

  private Words() {}

  static List<Word> of(String text) {
    List<Word> words = new ArrayList<>();
    int start = -1;
    int previous = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      boolean inside =
          Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
      boolean hump = start >= 0 && Character.isUpperCase(c) && Character.isLowerCase(previous);
      if (start >= 0 && (!inside || hump)) {
        add(words, text, start, i);
        start = -1;
      }
      if (inside && start < 0) {
        start = i;
      }
      previous = c;
      i += Character.charCount(c);
    }
    if (start >= 0) {
      add(words, text, start, text.length());
    }
    return words;
  }

  private static void add(List<Word> words, String text, int start, int end) {
    String term = folded(text.substring(start, Math.min(end, start + LONGEST)));
    if (!term.isEmpty()) {
      words.add(new Word(term, start, end));
    }
  }

  /** Without capitals and accents. */
  static String folded(String word) {
    boolean plain = word.chars().allMatch(c -> c < 0x80);
    String bare =
        plain ? word : Normalizer.normalize(word, Normalizer.Form.NFKD).replaceAll("\\p{Mn}+", "");
    return bare.toLowerCase(Locale.ROOT);
  }

  /** Whether one word becomes the other by so many edits, or by swapping two neighbours. */
  static boolean near(String one, String other, int edits) {
    if (Math.abs(one.length() - other.length()) > edits) {
      return false;
    }
    int[][] rows = new int[3][other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      rows[0][j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = rows[i % 3];
      int[] above = rows[(i + 2) % 3];
      int[] twoAbove = rows[(i + 1) % 3];
      row[0] = i;
      int least = i;
      for (int j = 1; j <= other.length(); j++) {
        int same = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(above[j - 1] + same, Math.min(above[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          row[j] = Math.min(row[j], twoAbove[j - 2] + 1);
        }
        least = Math.min(least, row[j]);
      }
      if (least > edits) {
        return false;
      }
    }
    return rows[one.length() % 3][other.length()] <= edits;
  }
}
