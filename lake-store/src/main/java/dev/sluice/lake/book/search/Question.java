package dev.sluice.lake.book.search;

import dev.sluice.daemon.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words and filters: {@code purchase price namespace:gold owner:"ann lee"}.
 *
 * @param terms all of them must be found
 */
public record Question(List<String> terms, List<Filter> filters) {
  private static final Pattern PIECE =
      Pattern.compile("([A-Za-z]+):(?:\"([^\"]*)\"|(\\S*))|\"([^\"]*)\"|(\\S+)");
  private static final int MOST_TERMS = 20;

  /** What an entry must be. */
  public record Filter(Key key, String value) {}

  /** What can be filtered by. */
  public enum Key {
    NAMESPACE,
    TAG,
    OWNER,
    PII,
    COLUMN,
    KIND,
    DEPRECATED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A question that cannot be understood, and why. */
  public static final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message, null, false, false);
    }
  }

  public Question {
    terms = List.copyOf(terms);
    filters = List.copyOf(filters);
  }

  public static Question of(String written) {
    Set<String> terms = new LinkedHashSet<>();
    List<Filter> filters = new ArrayList<>();
    Matcher pieces = PIECE.matcher(written);
    while (pieces.find()) {
      if (pieces.group(1) != null) {
        filters.add(
            filter(pieces.group(1), pieces.group(2) == null ? pieces.group(3) : pieces.group(2)));
      } else {
        String text = pieces.group(4) == null ? pieces.group(5) : pieces.group(4);
        Words.of(text).forEach(word -> terms.add(word.term()));
      }
    }
    if (terms.size() > MOST_TERMS) {
      throw new MalformedException("more than " + MOST_TERMS + " words in one search");
    }
    return new Question(List.copyOf(terms), filters);
  }

  private static Filter filter(String word, String value) {
    List<String> known = Arrays.stream(Key.values()).map(Key::word).toList();
    int at = known.indexOf(word.toLowerCase(Locale.ROOT));
    if (at < 0) {
      throw new MalformedException(
          "there is no filter '" + word + ":'" + Nearest.hint(word, known));
    }
    if (value.isBlank()) {
      throw new MalformedException("the filter " + word + ": has no value");
    }
    Key key = Key.values()[at];
    if (key == Key.DEPRECATED && !value.matches("true|false")) {
      throw new MalformedException("deprecated: is true or false");
    }
    return new Filter(key, value.strip());
  }

  boolean admits(Entry entry) {
    return filters.stream().allMatch(filter -> admits(filter, entry));
  }

  private static boolean admits(Filter filter, Entry entry) {
    String value = filter.value();
    return switch (filter.key()) {
      case NAMESPACE ->
          entry.namespace().equalsIgnoreCase(value)
              || entry
                  .namespace()
                  .toLowerCase(Locale.ROOT)
                  .startsWith(value.toLowerCase(Locale.ROOT) + ".");
      case TAG ->
          entry.tags().stream().anyMatch(value::equalsIgnoreCase)
              || entry.columns().stream()
                  .anyMatch(column -> column.tags().stream().anyMatch(value::equalsIgnoreCase));
      case OWNER -> Words.folded(entry.owner()).contains(Words.folded(value));
      case PII ->
          entry.columns().stream()
              .anyMatch(
                  column ->
                      !column.pii().isEmpty()
                          && (value.equalsIgnoreCase("any")
                              || column.pii().equalsIgnoreCase(value)));
      case COLUMN ->
          entry.columns().stream()
              .anyMatch(
                  column ->
                      column.path().equalsIgnoreCase(value)
                          || column
                              .path()
                              .toLowerCase(Locale.ROOT)
                              .endsWith("." + value.toLowerCase(Locale.ROOT)));
      case KIND -> entry.kind().equalsIgnoreCase(value);
      case DEPRECATED -> entry.deprecated() == Boolean.parseBoolean(value);
    };
  }
}
