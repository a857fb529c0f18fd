package dev.sluice.lake.usage;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query without its values, so that those that ask the same of other values are one, and no value
 * that was asked for is kept.
 */
final class QueryShape {
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<comment>--[^\\n]*|/\\*.*?(?:\\*/|$))"
              + "|(?<name>\"[^\"]*+(?:\"\"[^\"]*+)*+\"?)"
              + "|(?<value>[eExX]?'[^']*+(?:''[^']*+)*+'?|\\$(?<tag>\\w*)\\$.*?(?:\\$\\k<tag>\\$|$))"
              + "|(?<number>(?<![\\w.])(?:\\d[\\d_]*\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)"
              + "|(?<space>\\s+)"
              + "|(?<word>\\w+)"
              + "|.",
          Pattern.DOTALL);

  private static final Pattern LIST = Pattern.compile("\\?(?:\\s*,\\s*\\?)+");
  private static final Pattern TUPLES = Pattern.compile("\\(\\?…?\\)(?:\\s*,\\s*\\(\\?…?\\))+");

  private QueryShape() {}

  static String of(String sql, int most) {
    // What is cut off is cut before any of it is looked at, so that a long query costs no more.
    String looked = sql.substring(0, Math.min(sql.length(), most * 4));
    StringBuilder shape = new StringBuilder();
    Matcher tokens = TOKEN.matcher(looked);
    while (tokens.find()) {
      if (tokens.group("comment") != null || tokens.group("space") != null) {
        shape.append(' ');
      } else if (tokens.group("value") != null || tokens.group("number") != null) {
        shape.append('?');
      } else {
        shape.append(tokens.group());
      }
    }
    String plain = shape.toString().replaceAll(" +", " ").replaceAll("\\s*;\\s*$", "").strip();
    plain = LIST.matcher(plain).replaceAll("?…");
    plain = TUPLES.matcher(plain).replaceAll("(?)…");
    return plain.length() > most ? plain.substring(0, most) + " …" : plain;
  }
}
