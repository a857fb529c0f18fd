package dev.sluice.ingest.stream;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which of several tables an event of a stream belongs to: a field's value says so, and only values
 * that are named here are taken.
 *
 * @param field a declared field, a string
 * @param tables by the field's value, the table's name; several values may have one table
 */
public record Routing(String field, SortedMap<String, String> tables) {

  private static final Pattern TABLE = Pattern.compile("[a-z][a-z0-9_]{0,99}");
  private static final int MOST_TABLES = 1_000;

  public Routing {
    Objects.requireNonNull(field, "field");
    tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
    if (tables.isEmpty() || tables.size() > MOST_TABLES) {
      throw new IllegalArgumentException(
          "route: " + tables.size() + " values of " + field + "; name 1 to " + MOST_TABLES);
    }
    for (String table : tables.values()) {
      if (!TABLE.matcher(table).matches()) {
        throw new IllegalArgumentException(
            "route: table name \""
                + table
                + "\": use lower-case letters, digits and underscores, starting with a letter");
      }
    }
  }

  /** Reads what settings say. */
  public static Routing of(String field, Map<String, String> tables) {
    return new Routing(field, new TreeMap<>(tables));
  }

  /** The tables' names, each once, in their order. */
  public List<String> tableNames() {
    return tables.values().stream().distinct().sorted().toList();
  }
}
