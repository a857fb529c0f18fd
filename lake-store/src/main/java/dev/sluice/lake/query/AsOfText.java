package dev.sluice.lake.query;

import dev.sluice.lake.sqltext.Tokens;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Time travel as Spark and Trino write it, {@code t FOR VERSION AS OF 3}, in DuckDB's words, {@code
 * t AT (VERSION => 3)}. In DuckDB those words never follow one another outside of quotes and
 * comments, so nothing else is changed. What follows must be one literal: a number, a text, or a
 * text with its type before it.
 */
final class AsOfText {
  private static final Set<String> NO_ALIAS =
      Set.of(
          "where join inner left right full cross natural asof positional anti semi on using group"
              .split(" "));

  private static final Set<String> NO_ALIAS_EITHER =
      Set.of(
          "order limit having union except intersect window qualify tablesample offset fetch for at"
              .split(" "));

  private final List<String> tokens;

  private AsOfText(List<String> tokens) {
    this.tokens = tokens;
  }

  static String rewritten(String sql) {
    return sql.toLowerCase(Locale.ROOT).contains("of")
        ? new AsOfText(Tokens.of(sql)).rewritten()
        : sql;
  }

  private String rewritten() {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < tokens.size()) {
      int end = clause(i, out);
      if (end > i) {
        i = end;
      } else {
        out.append(tokens.get(i));
        i++;
      }
    }
    return out.toString();
  }

  /** Writes the clause that begins at a token and says where it ends; there, if none does. */
  private int clause(int start, StringBuilder out) {
    int unit = is(start, "for") ? next(start) : start;
    boolean version = is(unit, "version") || is(unit, "system_version");
    boolean time = is(unit, "timestamp") || is(unit, "system_time");
    int as = next(unit);
    int of = next(as);
    if ((!version && !time) || !is(as, "as") || !is(of, "of")) {
      return start;
    }
    StringBuilder value = new StringBuilder();
    int last = literal(next(of), value);
    if (last < 0) {
      return start;
    }
    int after = next(last);
    int alias = is(after, "as") ? next(after) : after;
    if (aliasAt(alias, alias != after)) {
      out.append(" AS ").append(tokens.get(alias));
      last = alias;
    }
    out.append(" AT (").append(version ? "VERSION" : "TIMESTAMP").append(" => ");
    out.append(value).append(')');
    return last + 1;
  }

  /** The last token of the literal, or -1. */
  private int literal(int start, StringBuilder value) {
    int at = start;
    if (is(at, "timestamp") || is(at, "timestamptz") || is(at, "date")) {
      value.append(tokens.get(at)).append(' ');
      at = next(at);
    }
    boolean literal =
        at < tokens.size()
            && (tokens.get(at).charAt(0) == '\'' || tokens.get(at).matches("[0-9]+"));
    if (!literal) {
      return -1;
    }
    value.append(tokens.get(at));
    return at;
  }

  private boolean aliasAt(int at, boolean said) {
    if (at >= tokens.size()) {
      return false;
    }
    String token = tokens.get(at);
    String word = token.toLowerCase(Locale.ROOT);
    boolean name =
        token.charAt(0) == '"' || Character.isLetter(token.charAt(0)) || word.startsWith("_");
    return name && (said || !(NO_ALIAS.contains(word) || NO_ALIAS_EITHER.contains(word)));
  }

  private boolean is(int at, String word) {
    return at < tokens.size() && tokens.get(at).equalsIgnoreCase(word);
  }

  /** The next token that is neither space nor comment. */
  private int next(int at) {
    int next = at + 1;
    while (next < tokens.size() && Tokens.silent(tokens.get(next))) {
      next++;
    }
    return next;
  }
}
