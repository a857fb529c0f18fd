package dev.sluice.transform.schedule;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One field of a line of cron: the numbers it allows.
 *
 * @param starred whether it begins with a star, which in the day fields says that the other decides
 */
record CronField(BitSet allowed, boolean starred) {
  private static final Pattern PART =
      Pattern.compile("(?:(\\*)|(\\w+)(?:-(\\w+))?)(?:/(\\d{1,4}))?");

  /** What a field counts. */
  enum Kind {
    MINUTE("minute", 0, 59, ""),
    HOUR("hour", 0, 23, ""),
    DAY("day of the month", 1, 31, ""),
    MONTH("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
    /** Sunday is 0 and 7. */
    WEEKDAY("day of the week", 0, 7, "sun mon tue wed thu fri sat");

    private final String words;
    private final int least;
    private final int most;
    private final String names;

    Kind(String words, int least, int most, String names) {
      this.words = words;
      this.least = least;
      this.most = most;
      this.names = names;
    }

    private List<String> names() {
      return names.isEmpty() ? List.of() : List.of(names.split(" ", -1));
    }
  }

  CronField {
    allowed = (BitSet) allowed.clone();
  }

  static CronField parse(Kind kind, String text) {
    BitSet allowed = new BitSet();
    for (String part : text.split(",", -1)) {
      add(kind, part, text, allowed);
    }
    if (kind == Kind.WEEKDAY && allowed.get(7)) {
      allowed.clear(7);
      allowed.set(0);
    }
    return new CronField(allowed, text.startsWith("*"));
  }

  private static void add(Kind kind, String part, String text, BitSet allowed) {
    Matcher matcher = PART.matcher(part);
    if (!matcher.matches()) {
      throw refused(kind, text, "write numbers, ranges such as 1-5, lists and steps such as */15");
    }
    int from = matcher.group(1) != null ? kind.least : number(kind, matcher.group(2), text);
    int to = from;
    if (matcher.group(1) != null) {
      to = kind == Kind.WEEKDAY ? 6 : kind.most;
    } else if (matcher.group(3) != null) {
      to = number(kind, matcher.group(3), text);
    } else if (matcher.group(4) != null) {
      throw refused(kind, text, "a step goes with a star or a range: " + from + "-" + kind.most);
    }
    if (to < from) {
      throw refused(kind, text, "the range " + part + " ends before it begins");
    }
    int step = matcher.group(4) == null ? 1 : Integer.parseInt(matcher.group(4));
    if (step == 0) {
      throw refused(kind, text, "a step of 0 goes nowhere");
    }
    for (int value = from; value <= to; value += step) {
      allowed.set(value);
    }
  }

  private static int number(Kind kind, String word, String text) {
    int name = kind.names().indexOf(word.toLowerCase(Locale.ROOT));
    if (name >= 0) {
      return name + kind.least;
    }
    if (!word.matches("\\d{1,4}")) {
      throw refused(kind, text, "'" + word + "' is no number" + names(kind));
    }
    int number = Integer.parseInt(word);
    if (number < kind.least || number > kind.most) {
      throw refused(kind, text, number + " is not between " + kind.least + " and " + kind.most);
    }
    return number;
  }

  private static String names(Kind kind) {
    return kind.names().isEmpty()
        ? ""
        : " and no name from "
            + kind.names().get(0)
            + " to "
            + kind.names().get(kind.names().size() - 1);
  }

  private static IllegalArgumentException refused(Kind kind, String text, String why) {
    return new IllegalArgumentException("the " + kind.words + " '" + text + "': " + why);
  }

  boolean allows(int value) {
    return allowed.get(value);
  }

  /** All it allows, in order. */
  List<Integer> values() {
    List<Integer> values = new ArrayList<>();
    allowed.stream().forEach(values::add);
    return values;
  }
}
