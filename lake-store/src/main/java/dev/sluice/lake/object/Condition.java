package dev.sluice.lake.object;

import java.util.List;
import java.util.Optional;

/**
 * What must hold of the current version for a write to happen; {@code *} stands for any version.
 */
public record Condition(List<String> ifMatch, List<String> ifNoneMatch) {
  public Condition {
    ifMatch = List.copyOf(ifMatch);
    ifNoneMatch = List.copyOf(ifNoneMatch);
  }

  public static Condition none() {
    return new Condition(List.of(), List.of());
  }

  /** The object must not exist. */
  public static Condition absent() {
    return new Condition(List.of(), List.of("*"));
  }

  /** What a condition says of the object as it is. */
  public enum Outcome {
    HOLDS,
    NO_SUCH_OBJECT,
    DIFFERS
  }

  Outcome test(Optional<String> currentEtag) {
    if (!ifMatch.isEmpty()) {
      if (currentEtag.isEmpty()) {
        return Outcome.NO_SUCH_OBJECT;
      }
      if (!matches(ifMatch, currentEtag.get())) {
        return Outcome.DIFFERS;
      }
    }
    boolean refused = currentEtag.isPresent() && matches(ifNoneMatch, currentEtag.get());
    return refused ? Outcome.DIFFERS : Outcome.HOLDS;
  }

  /** Refuses unless it holds of the object as readers see it: behind a delete marker is none. */
  void require(Optional<Head> current) {
    Outcome outcome = test(current.filter(head -> !head.deleted()).map(Head::etag));
    if (outcome == Outcome.NO_SUCH_OBJECT) {
      throw new StoreException(
          StoreException.Reason.NO_SUCH_KEY, "The specified key does not exist.");
    }
    if (outcome == Outcome.DIFFERS) {
      throw new StoreException(
          StoreException.Reason.PRECONDITION_FAILED,
          "At least one of the pre-conditions you specified did not hold");
    }
  }

  /** Whether a list of ETags names this one. */
  public static boolean matches(List<String> etags, String etag) {
    return etags.contains("*") || etags.contains(etag);
  }
}
