package dev.sluice.monitoring.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Prometheus text format, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). A line that does not parse is
 * refused with its number: half a scrape would show a stage as quieter than it is.
 */
public final class PrometheusText {
  private PrometheusText() {}

  /** Why a scrape cannot be read. */
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(int line, String why) {
      super("line " + line + ": " + why);
    }
  }

  public static Samples parse(String text) throws MalformedException {
    List<Sample> samples = new ArrayList<>();
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        samples.add(new Line(line, number).sample());
      }
    }
    return new Samples(samples);
  }

  /** A cursor over one line. */
  private static final class Line {
    private final String text;
    private final int number;
    private int at;

    Line(String text, int number) {
      this.text = text;
      this.number = number;
    }

    Sample sample() throws MalformedException {
      String name = upTo("{ \t");
      Map<String, String> labels = new LinkedHashMap<>();
      if (peek() == '{') {
        at++;
        while (peek() != '}') {
          label(labels);
        }
        at++;
      }
      String[] rest = text.substring(at).strip().split("\\s+", -1);
      if (name.isEmpty() || rest.length > 2 || rest[0].isEmpty()) {
        throw malformed("expected a name, labels, a value and perhaps a time");
      }
      return new Sample(name, labels, value(rest[0]));
    }

    private void label(Map<String, String> labels) throws MalformedException {
      String name = upTo("=").strip();
      expect('=');
      expect('"');
      StringBuilder value = new StringBuilder();
      while (peek() != '"') {
        char c = text.charAt(at++);
        value.append(c == '\\' ? escaped() : c);
      }
      at++;
      if (peek() == ',') {
        at++;
      }
      labels.put(name, value.toString());
    }

    private char escaped() throws MalformedException {
      char c = peek();
      at++;
      return c == 'n' ? '\n' : c;
    }

    private double value(String word) throws MalformedException {
      return switch (word) {
        case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
        case "-Inf" -> Double.NEGATIVE_INFINITY;
        default -> {
          try {
            yield Double.parseDouble(word);
          } catch (NumberFormatException notANumber) {
            throw malformed("'" + word + "' is not a number");
          }
        }
      };
    }

    private String upTo(String ends) {
      int from = at;
      while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(from, at);
    }

    private void expect(char wanted) throws MalformedException {
      if (peek() != wanted) {
        throw malformed("expected " + wanted);
      }
      at++;
    }

    private char peek() throws MalformedException {
      if (at >= text.length()) {
        throw malformed("the line ends too early");
      }
      return text.charAt(at);
    }

    private MalformedException malformed(String why) {
      return new MalformedException(number, why);
    }
  }
}
