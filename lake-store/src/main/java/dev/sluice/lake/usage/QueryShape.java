package dev.sluice.lake.usage;

import dev.sluice.lake.sqltext.Tokens;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A query without its values, so that those that ask the same of other values are one, and no value
 * that was asked for is kept.
 */
final class QueryShape {
  private static final Pattern LIST = Pattern.compile("\\?(?:\\s*,\\s*\\?)+");
  private static final Pattern TUPLES = Pattern.compile("\\(\\?…?\\)(?:\\s*,\\s*\\(\\?…?\\))+");

  private final List<String> tokens;
  private final StringBuilder shape = new StringBuilder();

  private QueryShape(List<String> tokens) {
    this.tokens = tokens;
  }

  static String of(String sql, int most) {
    String plain =
        new QueryShape(Tokens.of(looked(sql, most)))
            .shape()
            .replaceAll(" +", " ")
            .replaceAll("\\s*;\\s*$", "")
            .strip();
    plain = LIST.matcher(plain).replaceAll("?…");
    plain = TUPLES.matcher(plain).replaceAll("(?)…");
    return plain.length() > most ? plain.substring(0, most) + " …" : plain;
  }

  /** What is cut off is cut before any of it is looked at: a long query costs no more. */
  static String looked(String sql, int most) {
    return sql.substring(0, Math.min(sql.length(), most * 4));
  }

  private String shape() {
    int at = 0;
    while (at < tokens.size()) {
      String token = tokens.get(at);
      if (Tokens.silent(token)) {
        shape.append(' ');
        at++;
      } else if (isText(token)) {
        dropPrefix(at);
        shape.append('?');
        at++;
      } else if (startsNumber(at)) {
        shape.append('?');
        at = afterNumber(at);
      } else {
        shape.append(token);
        at++;
      }
    }
    return shape.toString();
  }

  private static boolean isText(String token) {
    char first = token.charAt(0);
    boolean escapes = (first == 'e' || first == 'E') && token.startsWith("'", 1);
    return first == '\'' || escapes || (first == '$' && token.length() > 1);
  }

  /** Of {@code x'ff'}, what stands before the quote. */
  private void dropPrefix(int at) {
    if (at > 0 && tokens.get(at - 1).equalsIgnoreCase("x")) {
      shape.setLength(shape.length() - 1);
    }
  }

  private boolean startsNumber(int at) {
    return isDigits(at) || (tokens.get(at).equals(".") && isDigits(at + 1) && !isNamed(at - 1));
  }

  private boolean isDigits(int at) {
    return at < tokens.size() && Character.isDigit(tokens.get(at).charAt(0));
  }

  private boolean isWord(int at) {
    char first = at < 0 || at >= tokens.size() ? ' ' : tokens.get(at).charAt(0);
    return first == '_' || Character.isLetter(first);
  }

  private boolean isNamed(int at) {
    return isWord(at) || (at >= 0 && tokens.get(at).startsWith("\""));
  }

  /** Digits run on in words, as in {@code 0xff}, {@code 1_000} and {@code 4.2e-3}. */
  private int afterNumber(int start) {
    int at = start + 1;
    while (isDigits(at) || (isWord(at) && !isText(tokens.get(at)))) {
      boolean exponent = tokens.get(at).matches("(?i).*e") && at + 1 < tokens.size();
      boolean signed = exponent && tokens.get(at + 1).matches("[+-]") && isDigits(at + 2);
      at += signed ? 3 : 1;
    }
    return at;
  }
}
