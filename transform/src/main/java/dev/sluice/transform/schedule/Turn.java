package dev.sluice.transform.schedule;

import java.time.Instant;
import java.time.LocalDate;

/**
 * One time that a schedule was due, until it succeeded or was given up.
 *
 * @param due the time; of a run that somebody asked for, when
 * @param day what {@code {day}} stands for
 * @param attempts how many were begun
 * @param state whether an attempt runs, or when the next may
 */
record Turn(Instant due, LocalDate day, int attempts, State state) {
  sealed interface State {}

  /**
   * @param since when the attempt began
   */
  record Running(Instant since) implements State {}

  record Waiting(Instant until) implements State {}

  static Turn at(Instant due, LocalDate day) {
    return new Turn(due, day, 0, new Waiting(due));
  }

  Turn begun(Instant now) {
    return new Turn(due, day, attempts + 1, new Running(now));
  }

  /** As if the attempt had not begun. */
  Turn interrupted(Instant now) {
    return new Turn(due, day, attempts - 1, new Waiting(now));
  }

  Turn waiting(Instant until) {
    return new Turn(due, day, attempts, new Waiting(until));
  }
}
