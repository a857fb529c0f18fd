package dev.sluice.transform.schedule;

import dev.sluice.transform.schedule.ScheduleSettings.Entry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Decides what to do about one schedule, from how it stands and what the clock shows. */
final class Agenda {
  /** A clock this far behind what was done already was wrong before. */
  private static final Duration CLOCK_WAS_WRONG = Duration.ofDays(1);

  private final Entry entry;
  private final Cron times;

  Agenda(Entry entry) {
    this.entry = entry;
    this.times = entry.times();
  }

  Entry entry() {
    return entry;
  }

  /**
   * Asked only of schedules that no living runner is busy with.
   *
   * @param since a schedule that nobody knew counts from there
   */
  Decision decide(Optional<Standing> known, Instant since, Instant now) {
    if (known.isEmpty()) {
      Instant start = since.isBefore(now) ? since : now;
      return new Decision.Note(Standing.fresh(times.toString(), start));
    }
    Standing standing = known.get();
    if (!standing.line().equals(times.toString())
        || standing.done().isAfter(now.plus(CLOCK_WAS_WRONG))) {
      return new Decision.Note(standing.at(times.toString(), now));
    }
    if (standing.turn().isPresent()) {
      return unfinished(standing, standing.turn().get(), now);
    }
    if (standing.asked().isPresent()) {
      return new Decision.Start(standing, Turn.at(now, standing.asked().get()));
    }
    return standing.paused() ? new Decision.Rest(Optional.empty()) : due(standing, now);
  }

  private Decision unfinished(Standing standing, Turn turn, Instant now) {
    if (!(turn.state() instanceof Turn.Waiting waiting)) {
      return new Decision.Abandoned(turn);
    }
    if (standing.paused()) {
      return new Decision.Rest(Optional.empty());
    }
    // A clock that was set back makes no retry wait longer than any may.
    Instant latest = now.plus(entry.backOffLimit());
    boolean wait = waiting.until().isAfter(now) && !waiting.until().isAfter(latest);
    return wait
        ? new Decision.Rest(Optional.of(waiting.until()))
        : new Decision.Start(standing, turn);
  }

  private Decision due(Standing standing, Instant now) {
    List<Instant> passed = new ArrayList<>();
    int dropped = passed(standing.done(), now, passed);
    if (passed.isEmpty()) {
      return dropped > 0
          ? new Decision.Note(standing.skipping(now, dropped))
          : new Decision.Rest(times.next(standing.done()));
    }
    Instant newest = passed.get(passed.size() - 1);
    Instant chosen = entry.catchUp() == Catchup.ALL ? passed.get(0) : newest;
    if (entry.catchUp() == Catchup.SKIP && newest.isBefore(now.minus(entry.grace()))) {
      return new Decision.Note(standing.skipping(newest, dropped + passed.size()));
    }
    int before = dropped + passed.indexOf(chosen);
    Standing rest = before == 0 ? standing : standing.skipping(standing.done(), before);
    return new Decision.Start(rest, Turn.at(chosen, day(chosen)));
  }

  /** The newest times up to now, as many as may run; gives how many were left out before them. */
  private int passed(Instant done, Instant now, List<Instant> into) {
    Instant oldest = now.minus(entry.catchUpAge());
    Deque<Instant> newest = new ArrayDeque<>();
    int dropped = 0;
    // Times older than that are not even counted one by one: there may be very many.
    if (done.isBefore(oldest)
        && times.next(done).filter(first -> first.isBefore(oldest)).isPresent()) {
      dropped++;
    }
    Instant from = done.isBefore(oldest) ? oldest.minusNanos(1) : done;
    Optional<Instant> time = times.next(from);
    while (time.isPresent() && !time.get().isAfter(now)) {
      newest.add(time.get());
      if (newest.size() > entry.catchUpLimit()) {
        newest.remove();
        dropped++;
      }
      time = times.next(time.get());
    }
    into.addAll(newest);
    return dropped;
  }

  /** The first time after {@code since}. */
  Optional<Instant> first(Instant since) {
    return times.next(since);
  }

  /** When a failed attempt is tried again, if it is. */
  Optional<Instant> retry(Turn turn, Instant now, RandomGenerator random) {
    if (turn.attempts() > entry.retries()) {
      return Optional.empty();
    }
    return Optional.of(now.plus(backOff(turn.attempts(), random)));
  }

  /** Twice as long each time up to the limit, by chance up to half shorter. */
  private Duration backOff(int attempts, RandomGenerator random) {
    double full =
        Math.min(
            (double) entry.backOff().toMillis() * Math.pow(2, attempts - 1),
            (double) entry.backOffLimit().toMillis());
    return Duration.ofMillis(Math.round(full * (1 - random.nextDouble() / 2)));
  }

  private static LocalDate day(Instant due) {
    return ScheduleSettings.dayBefore(due);
  }
}
