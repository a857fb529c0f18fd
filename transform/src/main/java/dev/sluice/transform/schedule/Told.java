package dev.sluice.transform.schedule;

import java.time.Instant;
import java.time.LocalDate;

/** What a runner tells of what it does. */
public sealed interface Told {
  /** An attempt began. */
  record Began(String schedule, Instant due, LocalDate day, int attempt, long fence)
      implements Told {}

  record Succeeded(String schedule, LocalDate day, int attempt) implements Told {}

  /** The first success after a run was given up. */
  record Recovered(String schedule, LocalDate day) implements Told {}

  /** An attempt failed and is tried again. */
  record Failed(String schedule, LocalDate day, int attempt, String why, Instant retry)
      implements Told {}

  /** All attempts failed. */
  record GivenUp(String schedule, Instant due, LocalDate day, int attempts, String why)
      implements Told {}

  /** The shared table could not be read or written, or the lease was lost. */
  record Troubled(String why) implements Told {}
}
