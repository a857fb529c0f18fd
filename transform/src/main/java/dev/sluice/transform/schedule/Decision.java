package dev.sluice.transform.schedule;

import java.time.Instant;
import java.util.Optional;

/** What to do about a schedule now. */
sealed interface Decision {
  /** Nothing before then; nothing ever, if it is paused. */
  record Rest(Optional<Instant> until) implements Decision {}

  /** An attempt is to begin, after what {@code before} says of times left out. */
  record Start(Standing before, Turn turn) implements Decision {}

  /** Only the standing changes: times are left out, or the schedule is new. */
  record Note(Standing after) implements Decision {}

  /** An attempt is on the board that nobody runs any more. */
  record Abandoned(Turn turn) implements Decision {}
}
