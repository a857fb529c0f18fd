package dev.sluice.lake.book.said;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Tags, and how they are written: {@code finance}, {@code team:growth}, {@code tier/1}. */
public final class Tags {
  private static final Pattern GRAMMAR = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._:/-]{0,63}");
  private static final int MOST = 50;

  private Tags() {}

  /** A tag as it is kept: capitals make no difference. */
  public static String checked(String tag) {
    if (!GRAMMAR.matcher(tag).matches()) {
      throw new RefusedEditException(
          "'"
              + tag
              + "' is no tag: 1 to 64 letters, digits and . _ : / -, beginning with a letter or digit");
    }
    return tag.toLowerCase(Locale.ROOT);
  }

  public static List<String> split(String written) {
    return written.isEmpty() ? List.of() : List.of(written.split(",", -1));
  }

  static String join(Collection<String> tags) {
    return String.join(",", new TreeSet<>(tags));
  }

  static void bounded(Collection<String> tags) {
    if (tags.size() > MOST) {
      throw new RefusedEditException("more than " + MOST + " tags on one thing");
    }
  }

  /** Those of a table property, where what is no tag is passed over. */
  public static List<String> lenient(String written) {
    return split(written).stream()
        .map(String::strip)
        .filter(tag -> GRAMMAR.matcher(tag).matches())
        .map(tag -> tag.toLowerCase(Locale.ROOT))
        .distinct()
        .limit(MOST)
        .sorted()
        .toList();
  }
}
