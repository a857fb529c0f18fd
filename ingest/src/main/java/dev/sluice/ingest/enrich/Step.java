package dev.sluice.ingest.enrich;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** One thing done to an event. Pure: the same event, time and circumstances give the same event. */
interface Step {
  /** The name failures are told with. */
  String name();

  /** Does it to the event, or throws and leaves it as it was. */
  void take(ObjectNode event, Instant received, Circumstances circumstances)
      throws StepFailedException;

  /** Whether it takes away what must not be kept: then it is done even where others cannot be. */
  default boolean hides() {
    return false;
  }
}
