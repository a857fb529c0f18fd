package dev.sluice.lake.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL text, cut at its semicolons: those that stand in no quotes, no comment and no {@code $tag$}
 * text.
 */
final class Statements {
  private static final Pattern DOLLAR = Pattern.compile("\\$(?:[\\p{L}_][\\p{L}\\p{N}_]*)?\\$");

  private final String text;
  private final List<String> whole = new ArrayList<>();
  private int begin;
  private boolean something;
  private boolean open;

  private Statements(String text) {
    this.text = text;
    int at = 0;
    while (at < text.length()) {
      at = step(at);
    }
  }

  /** All statements, also the last without a semicolon; those of nothing but comments are none. */
  static List<String> of(String text) {
    Statements read = new Statements(text);
    List<String> all = new ArrayList<>(read.whole);
    if (read.something) {
      all.add(text.substring(read.begin).strip());
    }
    return all;
  }

  /** Whether more has to be typed: something stands after the last semicolon, or is not closed. */
  static boolean unfinished(String text) {
    Statements read = new Statements(text);
    return read.something || read.open;
  }

  private int step(int at) {
    char c = text.charAt(at);
    if (text.startsWith("--", at)) {
      int end = text.indexOf('\n', at);
      return end < 0 ? text.length() : end + 1;
    }
    if (text.startsWith("/*", at)) {
      return afterComment(at);
    }
    if (c == ';') {
      if (something) {
        whole.add(text.substring(begin, at).strip());
      }
      begin = at + 1;
      something = false;
      return at + 1;
    }
    something = something || !Character.isWhitespace(c);
    if (c == '\'' || c == '"') {
      return afterQuote(at, c);
    }
    return c == '$' ? afterDollar(at) : at + 1;
  }

  /** A comment ends at its first end: the engine does not nest them. */
  private int afterComment(int at) {
    int end = text.indexOf("*/", at + 2);
    open = open || end < 0;
    return end < 0 ? text.length() : end + 2;
  }

  /** A doubled quote stays inside; in an E'…' text so does one behind a backslash. */
  private int afterQuote(int at, char quote) {
    boolean escapes =
        quote == '\''
            && at > 0
            && (text.charAt(at - 1) == 'E' || text.charAt(at - 1) == 'e')
            && (at == 1 || !Character.isJavaIdentifierPart(text.charAt(at - 2)));
    int next = at + 1;
    while (next < text.length()) {
      char c = text.charAt(next);
      if (c == '\\' && escapes) {
        next++;
      } else if (c == quote) {
        if (next + 1 >= text.length() || text.charAt(next + 1) != quote) {
          return next + 1;
        }
        next++;
      }
      next++;
    }
    open = true;
    return text.length();
  }

  private int afterDollar(int at) {
    boolean insideName = at > 0 && Character.isJavaIdentifierPart(text.charAt(at - 1));
    Matcher tag = DOLLAR.matcher(text).region(at, text.length());
    if (insideName || !tag.lookingAt()) {
      return at + 1;
    }
    int end = text.indexOf(tag.group(), tag.end());
    open = open || end < 0;
    return end < 0 ? text.length() : end + tag.group().length();
  }
}
