package dev.sluice.transform.job;

import java.util.regex.Pattern;

/** A table's name within the lake: {@code raw.app_events} is {@code lake.raw.app_events} in SQL. */
public record TableName(String namespace, String table) {
  /** What the catalog is called, here and in every SQL. */
  public static final String CATALOG = "lake";

  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");

  public TableName {
    if (!WORD.matcher(namespace).matches() || !WORD.matcher(table).matches()) {
      throw new IllegalArgumentException(
          "a table's name is made of a-z, 0-9 and _: " + namespace + "." + table);
    }
  }

  /** Reads what {@link #toString} wrote. */
  public static TableName parse(String text) {
    String[] words = text.split("\\.", -1);
    if (words.length != 3 || !words[0].equals(CATALOG)) {
      throw new IllegalArgumentException(
          "a table's name is " + CATALOG + ".namespace.table: " + text);
    }
    return new TableName(words[1], words[2]);
  }

  /** The name as SQL writes it. */
  @Override
  public String toString() {
    return CATALOG + "." + namespace + "." + table;
  }
}
