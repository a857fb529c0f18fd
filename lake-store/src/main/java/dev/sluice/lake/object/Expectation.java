package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.NO_SUCH_KEY;
import static dev.sluice.lake.object.StoreException.Reason.PRECONDITION_FAILED;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * What must be true of the version a delete is about; what is empty is not asked. Times are
 * compared in whole seconds, for clients know no finer ones.
 */
public record Expectation(List<String> etags, Optional<Instant> modified, Optional<Long> size) {
  public Expectation {
    etags = List.copyOf(etags);
  }

  public static Expectation none() {
    return new Expectation(List.of(), Optional.empty(), Optional.empty());
  }

  boolean asksNothing() {
    return etags.isEmpty() && modified.isEmpty() && size.isEmpty();
  }

  void require(Optional<ObjectVersion> present) {
    ObjectVersion version =
        present
            .filter(each -> !each.deleteMarker())
            .orElseThrow(
                () -> new StoreException(NO_SUCH_KEY, "The specified key does not exist."));
    boolean holds =
        (etags.isEmpty() || Condition.matches(etags, version.etag()))
            && modified.map(each -> sameSecond(each, version.modified())).orElse(true)
            && size.map(each -> each == version.size()).orElse(true);
    if (!holds) {
      throw new StoreException(
          PRECONDITION_FAILED, "At least one of the pre-conditions you specified did not hold");
    }
  }

  private static boolean sameSecond(Instant one, Instant other) {
    return one.truncatedTo(ChronoUnit.SECONDS).equals(other.truncatedTo(ChronoUnit.SECONDS));
  }
}
