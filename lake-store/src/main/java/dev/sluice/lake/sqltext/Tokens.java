package dev.sluice.lake.sqltext;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Splits SQL into tokens that, put together again, are the text: words, numbers, quoted names and
 * texts, comments, spaces, and single characters.
 */
public final class Tokens {
  private final String sql;

  private Tokens(String sql) {
    this.sql = sql;
  }

  public static List<String> of(String sql) {
    Tokens splitting = new Tokens(sql);
    List<String> tokens = new ArrayList<>();
    int position = 0;
    while (position < sql.length()) {
      int end = splitting.end(position);
      tokens.add(sql.substring(position, end));
      position = end;
    }
    return tokens;
  }

  /** Whether a token means nothing: a space or a comment. */
  public static boolean silent(String token) {
    return token.isBlank() || token.startsWith("--") || token.startsWith("/*");
  }

  private int end(int start) {
    char first = sql.charAt(start);
    if (Character.isWhitespace(first)) {
      return run(start, Character::isWhitespace);
    }
    if (sql.startsWith("--", start)) {
      int line = sql.indexOf('\n', start);
      return line < 0 ? sql.length() : line;
    }
    if (sql.startsWith("/*", start)) {
      return afterComment(start);
    }
    if (first == '\'' || first == '"' || first == '`') {
      return afterQuote(start, first, false);
    }
    if ((first == 'e' || first == 'E') && sql.startsWith("'", start + 1)) {
      return afterQuote(start + 1, '\'', true);
    }
    if (first == '$') {
      return afterDollars(start);
    }
    if (first == '_' || Character.isLetter(first)) {
      return run(start, c -> c == '_' || c == '$' || Character.isLetterOrDigit(c));
    }
    return Character.isDigit(first) ? run(start, c -> c == '.' || Character.isDigit(c)) : start + 1;
  }

  private int run(int start, IntPredicate belongs) {
    int end = start;
    while (end < sql.length() && belongs.test(sql.charAt(end))) {
      end++;
    }
    return end;
  }

  private int afterQuote(int start, char quote, boolean escapes) {
    int at = start + 1;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      boolean doubled = c == quote && at + 1 < sql.length() && sql.charAt(at + 1) == quote;
      if (doubled || (escapes && c == '\\')) {
        at += 2;
      } else if (c == quote) {
        return at + 1;
      } else {
        at++;
      }
    }
    return sql.length();
  }

  private int afterDollars(int start) {
    int opened = run(start + 1, c -> c == '_' || Character.isLetterOrDigit(c));
    if (opened >= sql.length() || sql.charAt(opened) != '$') {
      return start + 1;
    }
    String fence = sql.substring(start, opened + 1);
    int close = sql.indexOf(fence, opened + 1);
    return close < 0 ? sql.length() : close + fence.length();
  }

  /** Comments nest. */
  private int afterComment(int start) {
    int depth = 0;
    int at = start;
    do {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0 && at < sql.length());
    return Math.min(at, sql.length());
  }
}
