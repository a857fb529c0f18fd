package dev.sluice.lake.dataset;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A dataset and what it holds.
 *
 * @param counted when it was last known to be right: when the changes were last read, or when it
 *     was listed
 * @param types the largest first
 * @param changed when an object was last written or removed, as far as is known
 */
public record Counted(
    Declaration declaration,
    State state,
    Optional<Instant> counted,
    Optional<Instant> changed,
    long objects,
    long bytes,
    List<Type> types) {
  public Counted {
    types = List.copyOf(types);
  }

  /** How far the numbers can be trusted. */
  public enum State {
    /** The first count, or one anew, is under way: the numbers are too small. */
    COUNTING,
    /** Every change is followed. */
    FOLLOWED,
    /** As it was when it was listed. */
    LISTED,
    /** It holds more than is counted. */
    TOO_LARGE
  }

  /** The objects of one type. */
  public record Type(String name, long objects, long bytes) {}
}
