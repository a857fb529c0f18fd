package dev.sluice.transform.plan;

import java.time.LocalDate;

/** Which days a plan is about. */
public sealed interface Wish {
  /** What is stale of the days that are closed and not beyond the horizon. */
  record Stale() implements Wish {}

  /** What is stale of these days, however old; the last one included. */
  record StaleWithin(LocalDate from, LocalDate to) implements Wish {
    public StaleWithin {
      ordered(from, to);
    }
  }

  /** All of these days, stale or not. */
  record Every(LocalDate from, LocalDate to) implements Wish {
    public Every {
      ordered(from, to);
    }
  }

  private static void ordered(LocalDate from, LocalDate to) {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException(from + " is after " + to);
    }
  }
}
