package dev.sluice.lake.book.fact;

import dev.sluice.lake.book.fact.Difference.What;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** How one state of a table differs from another, column by column found by its id. */
public final class Differences {
  /** Properties that say how a table is kept; others come and go without a word. */
  private static final List<String> OF_NOTE =
      List.of("write.", "history.", "gc.", "commit.", "read.", "encryption.", "sluice.");

  private static final Set<String> NAMED = Set.of("comment", "owner", "format-version");

  private Differences() {}

  public static List<Difference> between(Facts before, Facts after) {
    List<Difference> found = new ArrayList<>();
    if (!before.uuid().equals(after.uuid())) {
      found.add(
          Difference.whole(
              What.REPLACED,
              before.uuid(),
              after.uuid(),
              "another " + after.kind() + " took its place"));
    }
    found.addAll(ofColumns(before.columns(), after.columns()));
    whole(found, What.KEYS_CHANGED, "identifier columns", before.keys(), after.keys());
    whole(
        found,
        What.PARTITIONING_CHANGED,
        "partitioning",
        before.partitioning(),
        after.partitioning());
    whole(found, What.SORT_ORDER_CHANGED, "sort order", before.sortOrder(), after.sortOrder());
    text(
        found,
        What.FORMAT_CHANGED,
        "format version",
        String.valueOf(before.formatVersion()),
        String.valueOf(after.formatVersion()));
    text(found, What.FORMAT_CHANGED, "file format", before.fileFormat(), after.fileFormat());
    text(found, What.LOCATION_CHANGED, "location", before.location(), after.location());
    properties(found, before.properties(), after.properties());
    Set<String> dialects = new TreeSet<>(before.queries().keySet());
    dialects.addAll(after.queries().keySet());
    for (String dialect : dialects) {
      text(
          found,
          What.QUERY_CHANGED,
          "query (" + dialect + ")",
          before.queries().getOrDefault(dialect, ""),
          after.queries().getOrDefault(dialect, ""));
    }
    return found;
  }

  /** What was added, removed, renamed, changed and moved. */
  public static List<Difference> ofColumns(List<Column> before, List<Column> after) {
    Map<Integer, Column> old = byId(before);
    Map<Integer, Column> now = byId(after);
    List<Difference> found = new ArrayList<>();
    for (Column column : after) {
      if (!old.containsKey(column.id())) {
        found.add(
            Difference.of(
                What.COLUMN_ADDED,
                column.path(),
                "",
                column.type(),
                "added column " + column.shown()));
      }
    }
    for (Column column : before) {
      if (!now.containsKey(column.id())) {
        found.add(
            Difference.of(
                What.COLUMN_REMOVED,
                column.path(),
                column.type(),
                "",
                "removed column " + column.shown()));
      } else {
        changed(found, column, now.get(column.id()));
      }
    }
    found.addAll(moved(before, after));
    return found;
  }

  private static void changed(List<Difference> found, Column before, Column after) {
    String name = after.path();
    if (!last(before).equals(last(after))) {
      found.add(
          Difference.of(
              What.COLUMN_RENAMED,
              name,
              before.path(),
              name,
              "renamed column " + before.path() + " to " + name));
    }
    if (!before.type().equals(after.type())) {
      found.add(
          Difference.of(
              What.TYPE_CHANGED,
              name,
              before.type(),
              after.type(),
              "changed " + name + " from " + before.type() + " to " + after.type()));
    }
    if (before.required() != after.required()) {
      String text = after.required() ? "required" : "optional";
      found.add(
          Difference.of(
              What.REQUIRED_CHANGED,
              name,
              before.required() ? "required" : "optional",
              text,
              "made " + name + " " + text));
    }
    if (!before.doc().equals(after.doc())) {
      found.add(
          Difference.of(
              What.DOC_CHANGED,
              name,
              before.doc(),
              after.doc(),
              after.doc().isEmpty()
                  ? "removed the doc of " + name
                  : "doc of " + name + ": " + after.doc()));
    }
  }

  /** Those that stand elsewhere among the columns that were there before and are there still. */
  private static List<Difference> moved(List<Column> before, List<Column> after) {
    Map<Integer, Integer> places = new HashMap<>();
    for (int i = 0; i < before.size(); i++) {
      places.put(before.get(i).id(), i);
    }
    Map<String, List<Column>> siblings = new LinkedHashMap<>();
    for (Column column : after) {
      if (places.containsKey(column.id())) {
        siblings.computeIfAbsent(column.parent(), parent -> new ArrayList<>()).add(column);
      }
    }
    List<Difference> found = new ArrayList<>();
    for (List<Column> order : siblings.values()) {
      int[] old = order.stream().mapToInt(column -> places.get(column.id())).toArray();
      Set<Integer> kept = longestRising(old);
      for (int i = 0; i < old.length; i++) {
        if (!kept.contains(i)) {
          String text =
              i == 0
                  ? "moved " + order.get(i).path() + " to the front"
                  : "moved " + order.get(i).path() + " behind " + order.get(i - 1).path();
          found.add(
              Difference.of(
                  What.COLUMN_MOVED,
                  order.get(i).path(),
                  "",
                  i == 0 ? "" : order.get(i - 1).path(),
                  text));
        }
      }
    }
    return found;
  }

  /** The places of a longest rising row of numbers: what is left over is the least that moved. */
  private static Set<Integer> longestRising(int[] numbers) {
    int[] tails = new int[numbers.length];
    int[] previous = new int[numbers.length];
    int length = 0;
    for (int i = 0; i < numbers.length; i++) {
      int at = length;
      for (int j = 0; j < length; j++) {
        if (numbers[tails[j]] >= numbers[i]) {
          at = j;
          break;
        }
      }
      previous[i] = at == 0 ? -1 : tails[at - 1];
      tails[at] = i;
      length = Math.max(length, at + 1);
    }
    Set<Integer> kept = new HashSet<>();
    for (int i = length == 0 ? -1 : tails[length - 1]; i >= 0; i = previous[i]) {
      kept.add(i);
    }
    return kept;
  }

  private static Map<Integer, Column> byId(List<Column> columns) {
    Map<Integer, Column> found = new LinkedHashMap<>();
    columns.forEach(column -> found.put(column.id(), column));
    return found;
  }

  private static String last(Column column) {
    return column.path().substring(column.path().lastIndexOf('.') + 1);
  }

  private static void whole(
      List<Difference> found, What what, String noun, List<String> before, List<String> after) {
    text(found, what, noun, String.join(", ", before), String.join(", ", after));
  }

  private static void text(
      List<Difference> found, What what, String noun, String before, String after) {
    if (!before.equals(after)) {
      found.add(
          Difference.whole(
              what, before, after, noun + ": " + shown(before) + " became " + shown(after)));
    }
  }

  private static String shown(String value) {
    return value.isEmpty() ? "none" : value;
  }

  private static void properties(
      List<Difference> found, Map<String, String> before, Map<String, String> after) {
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (String key : keys) {
      String old = before.getOrDefault(key, "");
      String now = after.getOrDefault(key, "");
      if (ofNote(key) && !old.equals(now)) {
        String text =
            now.isEmpty()
                ? "removed property " + key
                : "set property " + key + " to " + now + (old.isEmpty() ? "" : ", was " + old);
        found.add(Difference.whole(What.PROPERTY_CHANGED, old, now, text));
      }
    }
  }

  private static boolean ofNote(String key) {
    return NAMED.contains(key) || OF_NOTE.stream().anyMatch(key::startsWith);
  }
}
