package dev.sluice.lake.lineage;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which way lineage is followed: to what data is made of, or to what is made of it. */
public enum Direction {
  UP,
  DOWN,
  BOTH;

  /** By its word, in small letters. */
  static Optional<Direction> of(String word) {
    return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean includes(Direction one) {
    return this == BOTH || this == one;
  }
}
