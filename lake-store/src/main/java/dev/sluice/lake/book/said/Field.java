package dev.sluice.lake.book.said;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can be said. */
public enum Field {
  DESCRIPTION("description", 10_000, true, true),
  OWNER("owner", 200, true, true),
  ON_CALL("onCall", 200, true, false),
  TAGS("tags", 4000, true, true),
  PROMISED_AGE("promisedAge", 40, true, false),
  PII("pii", 40, false, true),
  MASK("mask", 20, false, true),
  DEPRECATED("deprecated", 1000, true, true),
  USE_INSTEAD("useInstead", 2000, true, true);

  private final String word;
  private final int longest;
  private final boolean ofTables;
  private final boolean ofColumns;

  Field(String word, int longest, boolean ofTables, boolean ofColumns) {
    this.word = word;
    this.longest = longest;
    this.ofTables = ofTables;
    this.ofColumns = ofColumns;
  }

  /** As it is written in JSON. */
  public String word() {
    return word;
  }

  int longest() {
    return longest;
  }

  public static List<Field> ofTables() {
    return Arrays.stream(values()).filter(field -> field.ofTables).toList();
  }

  public static List<Field> ofColumns() {
    return Arrays.stream(values()).filter(field -> field.ofColumns).toList();
  }

  static Optional<Field> named(String word, List<Field> among) {
    return among.stream().filter(field -> field.word.equals(word)).findFirst();
  }
}
