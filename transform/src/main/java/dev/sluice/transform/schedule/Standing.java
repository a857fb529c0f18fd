package dev.sluice.transform.schedule;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * How a schedule stands; what all runners share of it.
 *
 * @param line its cron and zone, for people who ask
 * @param done times up to this one are run or left out
 * @param paused who asked for a pause, if somebody did
 * @param asked the day that somebody wants run now
 * @param turn what runs or waits to be tried again
 * @param past how it went so far
 */
record Standing(
    String line,
    Instant done,
    boolean paused,
    Optional<LocalDate> asked,
    Optional<Turn> turn,
    Past past) {

  /**
   * @param success when it last succeeded
   * @param failure when it was last given up, and why
   * @param failures how many attempts failed since it last succeeded
   * @param skipped how many times were left out, ever
   */
  record Past(
      Optional<Instant> success,
      Optional<Instant> failure,
      String why,
      long failures,
      long skipped) {
    static final Past NONE = new Past(Optional.empty(), Optional.empty(), "", 0, 0);

    /** Whether the last run that ended was given up. */
    boolean down() {
      return failure.isPresent() && (success.isEmpty() || success.get().isBefore(failure.get()));
    }
  }

  /** A schedule that nobody knew: nothing before now counts as missed. */
  static Standing fresh(String line, Instant now) {
    return new Standing(line, now, false, Optional.empty(), Optional.empty(), Past.NONE);
  }

  /** The same schedule at other times: what passed before now belongs to the old ones. */
  Standing at(String newLine, Instant now) {
    return new Standing(newLine, now, paused, asked, turn, past);
  }

  Standing pausedUntilResumed() {
    return new Standing(line, done, true, asked, turn, past);
  }

  Standing resumed() {
    return new Standing(line, done, false, asked, turn, past);
  }

  Standing asking(LocalDate day) {
    return new Standing(line, done, paused, Optional.of(day), turn, past);
  }

  /** Times before {@code upTo} are left out. */
  Standing skipping(Instant upTo, int times) {
    Past more = new Past(past.success, past.failure, past.why, past.failures, past.skipped + times);
    return new Standing(line, upTo, paused, asked, turn, more);
  }

  /**
   * An attempt runs from now. A time that comes on its own is done with; an asked one is not asked
   * again.
   */
  Standing begun(Turn started, Instant now) {
    boolean scheduled = turn.isEmpty() && asked.isEmpty();
    return new Standing(
        line,
        scheduled ? started.due() : done,
        paused,
        turn.isEmpty() ? Optional.empty() : asked,
        Optional.of(started.begun(now)),
        past);
  }

  /** The attempt was ended for no fault of its own, and does not count. */
  Standing interrupted(Instant now) {
    return new Standing(
        line, done, paused, asked, turn.map(running -> running.interrupted(now)), past);
  }

  Standing succeeded(Instant now) {
    return new Standing(
        line,
        done,
        paused,
        asked,
        Optional.empty(),
        new Past(Optional.of(now), past.failure, "", 0, past.skipped));
  }

  /** The attempt failed; it is tried again at {@code retry}, or given up. */
  Standing failed(Instant now, String reason, Optional<Instant> retry) {
    Optional<Instant> given = retry.isPresent() ? past.failure : Optional.of(now);
    return new Standing(
        line,
        done,
        paused,
        asked,
        turn.flatMap(failed -> retry.map(failed::waiting)),
        new Past(past.success, given, reason, past.failures + 1, past.skipped));
  }
}
