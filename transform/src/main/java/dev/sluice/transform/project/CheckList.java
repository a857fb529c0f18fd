package dev.sluice.transform.project;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Check.Severity;
import dev.sluice.transform.job.TableName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checks of a front matter: each item has one rule by its name, and may have a {@code name} and
 * a {@code severity}.
 */
final class CheckList {
  private static final Pattern AGE = Pattern.compile("(\\d{1,6})\\s*([mhd])");

  /** Each rule by its key. What it is given is what stands behind the key. */
  private static final Map<String, BiFunction<String, Value, Check.Rule>> RULES = rules();

  private CheckList() {}

  static List<Check> of(List<Value> items) {
    List<Check> checks = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Value item : items) {
      Check check = check(item);
      if (!names.add(check.name())) {
        throw item.place().refuse("two checks are called '" + check.name() + "'; name one of them");
      }
      checks.add(check);
    }
    return checks;
  }

  private static Check check(Value item) {
    List<String> known = new ArrayList<>(RULES.keySet());
    known.add("name");
    known.add("severity");
    if (!(item instanceof Value.Keyed keyed)) {
      throw item.place().refuse("a check is written as 'rule: what', as 'not_null: user_id'");
    }
    keyed.refuseOthers(known);
    List<String> rules = keyed.values().keySet().stream().filter(RULES::containsKey).toList();
    if (rules.size() != 1) {
      throw item.place()
          .refuse(
              rules.isEmpty()
                  ? "a check has one rule: " + String.join(", ", RULES.keySet())
                  : "a check has one rule, this one has " + String.join(" and ", rules));
    }
    String key = rules.get(0);
    Value value = keyed.values().get(key);
    Check.Rule rule = RULES.get(key).apply(key, value);
    return new Check(
        keyed.text("name").orElseGet(() -> name(key, value)), rule, severity(keyed, "severity"));
  }

  private static Severity severity(Value.Keyed keyed, String key) {
    return keyed
        .text(key)
        .map(
            word ->
                switch (word.toLowerCase(Locale.ROOT)) {
                  case "error" -> Severity.ERROR;
                  case "warn" -> Severity.WARN;
                  default ->
                      throw keyed.place(key).refuseUnknown(key, word, List.of("error", "warn"));
                })
        .orElse(Severity.ERROR);
  }

  /** As {@link Check#notNull} and {@link Check#unique} name theirs. */
  private static String name(String key, Value value) {
    if (value instanceof Value.Keyed keyed) {
      return keyed.text("column").map(column -> key + "(" + column + ")").orElse(key);
    }
    if (value instanceof Value.Items) {
      return key + "(" + String.join(", ", columns(key, value)) + ")";
    }
    return key + "(" + oneLine(value.asText(key)) + ")";
  }

  private static String oneLine(String sql) {
    return sql.strip().replaceAll("\\s+", " ");
  }

  private static Map<String, BiFunction<String, Value, Check.Rule>> rules() {
    Map<String, BiFunction<String, Value, Check.Rule>> rules = new LinkedHashMap<>();
    rules.put("not_null", (key, value) -> new Check.NotNull(value.asText(key)));
    rules.put("unique", (key, value) -> new Check.Unique(columns(key, value)));
    rules.put(
        "accepted",
        (key, value) -> {
          Value.Keyed given = keyed(key, value, "column", "values");
          if (given.items("values").isEmpty()) {
            throw value.place().refuse("'values' is missing: what the column may hold");
          }
          return new Check.Accepted(given.neededText("column"), given.texts("values"));
        });
    rules.put("range", CheckList::range);
    rules.put(
        "row_count",
        (key, value) ->
            new Check.RowCount(
                share(keyed(key, value, "most_change"), "most_change", value.place())));
    rules.put(
        "fresh",
        (key, value) -> {
          Value.Keyed given = keyed(key, value, "column", "most_age");
          return new Check.Fresh(
              given.neededText("column"),
              age(given.neededText("most_age"), given.place("most_age")));
        });
    rules.put(
        "refers",
        (key, value) -> {
          Value.Keyed given = keyed(key, value, "column", "table", "to");
          TableName table = Names.table(given.neededText("table"), given.place("table"));
          return new Check.Refers(given.neededText("column"), table, given.neededText("to"));
        });
    rules.put(
        "drift",
        (key, value) -> {
          Value.Keyed given = keyed(key, value, "column", "most_index");
          return new Check.Drift(
              given.neededText("column"), share(given, "most_index", value.place()));
        });
    rules.put(
        "holds", (key, value) -> new Check.Holds(Body.condition(value.asText(key), value.place())));
    rules.put(
        "finds", (key, value) -> new Check.Finds(Body.finding(value.asText(key), value.place())));
    return rules;
  }

  private static Check.Rule range(String key, Value value) {
    Value.Keyed given = keyed(key, value, "column", "least", "greatest");
    Optional<String> least = bound(given, "least");
    Optional<String> greatest = bound(given, "greatest");
    if (least.isEmpty() && greatest.isEmpty()) {
      throw value.place().refuse("a range has 'least', 'greatest' or both");
    }
    return new Check.Range(given.neededText("column"), least, greatest);
  }

  private static Optional<String> bound(Value.Keyed given, String key) {
    return given.text(key).map(sql -> Body.condition(sql, given.place(key)));
  }

  private static Value.Keyed keyed(String key, Value value, String... known) {
    if (value instanceof Value.Keyed keyed) {
      return keyed.refuseOthers(List.of(known));
    }
    throw value
        .place()
        .refuse("'" + key + "' is written as {" + String.join(": .., ", known) + ": ..}");
  }

  private static List<String> columns(String key, Value value) {
    if (value instanceof Value.Items items && !items.values().isEmpty()) {
      return items.values().stream().map(item -> item.asText(key)).toList();
    }
    return List.of(value.asText(key));
  }

  private static double share(Value.Keyed given, String key, Place place) {
    String word = given.neededText(key);
    try {
      boolean percent = word.endsWith("%");
      double number = Double.parseDouble(percent ? word.substring(0, word.length() - 1) : word);
      if (number > 0 && Double.isFinite(number)) {
        return percent ? number / 100 : number;
      }
    } catch (NumberFormatException notANumber) {
      throw place.refuse(notAShare(key, word), notANumber);
    }
    throw place.refuse(notAShare(key, word));
  }

  private static String notAShare(String key, String word) {
    return "'" + key + "' is a number above 0, as 0.5 or 50%, not '" + word + "'";
  }

  private static Duration age(String word, Place place) {
    Matcher age = AGE.matcher(word);
    if (!age.matches()) {
      throw place.refuse("'" + word + "' is no age; write it as 90m, 36h or 2d");
    }
    long number = Long.parseLong(age.group(1));
    return switch (age.group(2)) {
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
