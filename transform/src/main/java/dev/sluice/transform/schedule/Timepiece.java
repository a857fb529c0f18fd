package dev.sluice.transform.schedule;

import java.time.Duration;
import java.time.Instant;

/** The clock on the wall, which may be set, and a watch, which may not. */
interface Timepiece {
  /** What decides whether something is due. */
  Instant now();

  /** What decides how long something took: it only goes forward. */
  long nanos();

  /** Returns after {@code longest}, or earlier. */
  void rest(Duration longest) throws InterruptedException;
}
