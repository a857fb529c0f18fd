package dev.sluice.transform.project;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.Token;
import org.apache.spark.sql.catalyst.parser.SqlBaseLexer;
import org.apache.spark.sql.catalyst.parser.UpperCaseCharStream;

/**
 * A job's query as text: Spark's own lexer says what is code, what is a string and what a comment.
 *
 * <p>A parameter such as <code>${day}</code> stands in code only, and a typed literal takes its
 * place, so that no value is ever read as SQL. One in a string or in a quoted name is refused:
 * Spark would fill in what it knows by that name, such as an environment variable.
 */
final class Body {
  /** What a query may ask for of its day; all of it is UTC. */
  static final Map<String, Function<LocalDate, String>> PARAMETERS = parameters();

  private static final Set<String> BEGINNINGS = Set.of("SELECT", "WITH", "FROM", "VALUES", "(");

  private sealed interface Part {}

  private record Code(String text) implements Part {}

  private record Parameter(String name) implements Part {}

  private final Place place;
  private final List<Part> parts = new ArrayList<>();
  private final List<String> words = new ArrayList<>();

  private Body(Place place) {
    this.place = place;
  }

  /** One query, or one line that says what is wrong with it. */
  static Body query(String file, String text) {
    int line = 1 + (int) text.lines().takeWhile(String::isBlank).count();
    Body body = new Body(new Place(file, line));
    body.read(text);
    if (body.words.isEmpty()) {
      throw body.place.refuse("there is no query after the front matter");
    }
    String first = body.words.get(0).toUpperCase(Locale.ROOT);
    if (!BEGINNINGS.contains(first)) {
      throw body.place.refuse(
          "a job is one query: it begins with SELECT or WITH, not with " + body.words.get(0));
    }
    return body;
  }

  /** A condition or a bound of a check: one expression without parameters. */
  static String condition(String text, Place place) {
    Query.expression(plain(text, place));
    return text;
  }

  /** A check's query: it reads the rows of the run, and nothing else. */
  static String finding(String text, Place place) {
    Query.overRows(plain(text, place));
    return text;
  }

  private static Body plain(String text, Place place) {
    Body body = new Body(place);
    body.read(text);
    if (body.parts.stream().anyMatch(Parameter.class::isInstance)) {
      throw place.refuse("a check takes no parameters; compare with the column day");
    }
    return body;
  }

  Place place() {
    return place;
  }

  /** The text of the query for a day, without its comments, its lines where they were. */
  String sql(LocalDate day) {
    return parts.stream()
        .map(
            part ->
                part instanceof Parameter parameter
                    ? " " + PARAMETERS.get(parameter.name()).apply(day) + " "
                    : ((Code) part).text())
        .collect(Collectors.joining());
  }

  /** What the query says, however it is laid out and commented. */
  String normalized() {
    return String.join(" ", words);
  }

  private void read(String text) {
    SqlBaseLexer lexer = new SqlBaseLexer(new UpperCaseCharStream(CharStreams.fromString(text)));
    lexer.removeErrorListeners();
    List<? extends Token> tokens = lexer.getAllTokens();
    boolean ended = false;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      String written = token.getText();
      int kind = token.getType();
      if (kind == SqlBaseLexer.SIMPLE_COMMENT || kind == SqlBaseLexer.BRACKETED_COMMENT) {
        long lines = written.chars().filter(letter -> letter == '\n').count();
        parts.add(new Code(" " + "\n".repeat((int) lines)));
        continue;
      }
      if (token.getChannel() != Token.DEFAULT_CHANNEL) {
        parts.add(new Code(written));
        continue;
      }
      if (written.equals(";")) {
        ended = true;
        continue;
      }
      if (ended) {
        throw at(token).refuse("more than one statement; a job is one query");
      }
      if (written.equals("$") && i + 1 < tokens.size() && tokens.get(i + 1).getText().equals("{")) {
        i = parameter(tokens, i);
        continue;
      }
      if (written.contains("${")) {
        throw at(token)
            .refuse(
                "a parameter in quotes: "
                    + written
                    + "; write ${day} without quotes, it is a DATE");
      }
      parts.add(new Code(written));
      words.add(written);
    }
  }

  /** Reads a parameter from its dollar sign on, and returns the index of its closing brace. */
  private int parameter(List<? extends Token> tokens, int dollar) {
    int closing = dollar + 2;
    StringBuilder name = new StringBuilder();
    while (closing < tokens.size() && !tokens.get(closing).getText().equals("}")) {
      name.append(tokens.get(closing).getText());
      closing++;
    }
    Place at = at(tokens.get(dollar));
    if (closing == tokens.size()) {
      throw at.refuse("a parameter that does not end: ${");
    }
    String known = name.toString().strip();
    if (!PARAMETERS.containsKey(known)) {
      throw at.refuseUnknown("parameter", known, PARAMETERS.keySet());
    }
    parts.add(new Parameter(known));
    words.add("${" + known + "}");
    return closing;
  }

  private Place at(Token token) {
    // A check's text stands in the front matter, where its own lines begin at its place.
    return new Place(
        place.file(), parts.isEmpty() ? place.line() : Math.max(place.line(), token.getLine()));
  }

  private static Map<String, Function<LocalDate, String>> parameters() {
    Map<String, Function<LocalDate, String>> known = new LinkedHashMap<>();
    known.put("day", day -> "DATE '" + day + "'");
    known.put("next_day", day -> "DATE '" + day.plusDays(1) + "'");
    known.put("day_start", day -> "TIMESTAMP '" + day + "T00:00:00Z'");
    known.put("day_end", day -> "TIMESTAMP '" + day.plusDays(1) + "T00:00:00Z'");
    return known;
  }
}
