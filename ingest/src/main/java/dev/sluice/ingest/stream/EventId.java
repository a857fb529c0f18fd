package dev.sluice.ingest.stream;

import java.time.Duration;
import java.util.Objects;

/**
 * What tells one event from all others of its stream, and for how long a second one of the same id
 * is taken for the first one sent again.
 *
 * @param field the declared field that holds it
 * @param window from the first one's receipt to the second one's, at most; zero: none is looked up
 */
public record EventId(String field, Duration window) {

  public static final Duration DEFAULT_WINDOW = Duration.ofHours(1);

  private static final Duration LONGEST_WINDOW = Duration.ofDays(30);

  public EventId {
    Objects.requireNonNull(field, "field");
    if (window.isNegative() || window.compareTo(LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException("window: " + window + "; use 0s to 30d");
    }
  }

  /** Whether second ones are looked for. */
  public boolean watched() {
    return !window.isZero();
  }
}
