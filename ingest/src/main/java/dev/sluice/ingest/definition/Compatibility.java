package dev.sluice.ingest.definition;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a new version of a stream owes to the one before. */
public enum Compatibility {
  /** Nothing. */
  NONE,
  /** What was an event stays one. */
  BACKWARD,
  /** What is an event now would have been one before. */
  FORWARD,
  /** Both. */
  FULL;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Compatibility parse(String text) {
    for (Compatibility one : values()) {
      if (one.wireName().equals(text)) {
        return one;
      }
    }
    throw new IllegalArgumentException(
        "compatibility '"
            + text
            + "' must be one of: "
            + Arrays.stream(values())
                .map(Compatibility::wireName)
                .collect(Collectors.joining(", ")));
  }

  boolean back() {
    return this == BACKWARD || this == FULL;
  }

  boolean forth() {
    return this == FORWARD || this == FULL;
  }
}
