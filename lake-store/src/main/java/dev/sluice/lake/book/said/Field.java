package dev.sluice.lake.book.said;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can be said. */
public enum Field {
  DESCRIPTION("description", 10_000, Of.BOTH),
  OWNER("owner", 200, Of.BOTH),
  ON_CALL("onCall", 200, Of.TABLES),
  TAGS("tags", 4000, Of.BOTH),
  PROMISED_AGE("promisedAge", 40, Of.TABLES),
  PII("pii", 40, Of.COLUMNS),
  MASK("mask", 20, Of.COLUMNS),
  DEPRECATED("deprecated", 1000, Of.BOTH),
  USE_INSTEAD("useInstead", 2000, Of.BOTH);

  private enum Of {
    TABLES,
    COLUMNS,
    BOTH
  }

  private final String word;
  private final int longest;
  private final Of of;

  Field(String word, int longest, Of of) {
    this.word = word;
    this.longest = longest;
    this.of = of;
  }

  /** As it is written in JSON. */
  public String word() {
    return word;
  }

  int longest() {
    return longest;
  }

  public static List<Field> ofTables() {
    return Arrays.stream(values()).filter(field -> field.of != Of.COLUMNS).toList();
  }

  public static List<Field> ofColumns() {
    return Arrays.stream(values()).filter(field -> field.of != Of.TABLES).toList();
  }

  static Optional<Field> named(String word, List<Field> among) {
    return among.stream().filter(field -> field.word.equals(word)).findFirst();
  }
}
