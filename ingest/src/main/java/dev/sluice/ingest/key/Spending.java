package dev.sluice.ingest.key;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * How far an allowance is spent: a bucket of tokens that the rate fills up to the burst, and the
 * day's count. Time comes in from outside; when it goes backwards nothing is filled, and the count
 * is of whatever day it is.
 */
record Spending(double tokens, Instant at, LocalDate day, long today) {
  /** A ruling and what is spent after it. */
  record Decided(Ruling ruling, Spending next) {}

  static Spending none(Allowance allowance, Instant now) {
    return new Spending(allowance.rate().map(Allowance.Rate::burst).orElse(0), now, dayOf(now), 0);
  }

  /** Decides on all of the events together. */
  Decided take(Allowance allowance, Instant now, int events) {
    Spending current = at(allowance, now);
    if (events > allowance.most()) {
      return current.keep(
          new Ruling.NeverFits(allowance.most(), current.remaining(allowance, now)));
    }
    if (allowance.daily().isPresent() && current.today + events > allowance.daily().get()) {
      return current.keep(
          new Ruling.Exceeded(
              Ruling.Limit.DAILY, untilTomorrow(now), current.remaining(allowance, now)));
    }
    if (allowance.rate().isPresent() && current.tokens < events) {
      return current.keep(
          new Ruling.Exceeded(
              Ruling.Limit.RATE,
              toFill(events - current.tokens, allowance.rate().get()),
              current.remaining(allowance, now)));
    }
    Spending next = current.plus(allowance, events);
    return new Decided(new Ruling.Granted(next.remaining(allowance, now)), next);
  }

  /** As if they had not been taken; yesterday's stay yesterday's. */
  Spending giveBack(Allowance allowance, Instant taken, Instant now, int events) {
    Spending current = at(allowance, now);
    int backToday = dayOf(taken).equals(current.day) ? events : 0;
    double burst = allowance.rate().map(Allowance.Rate::burst).orElse(0);
    return new Spending(
        Math.min(burst, current.tokens + events),
        current.at,
        current.day,
        Math.max(0, current.today - backToday));
  }

  Remaining remaining(Allowance allowance, Instant now) {
    Spending current = at(allowance, now);
    return new Remaining(
        allowance
            .rate()
            .map(
                rate ->
                    new Remaining.Share(
                        rate.burst(),
                        (long) current.tokens,
                        toFill(rate.burst() - current.tokens, rate))),
        allowance
            .daily()
            .map(daily -> new Remaining.Share(daily, daily - current.today, untilTomorrow(now))));
  }

  private Spending at(Allowance allowance, Instant now) {
    Duration passed = Duration.between(at, now);
    Optional<Allowance.Rate> rate = allowance.rate();
    double filled = tokens;
    if (rate.isPresent() && !passed.isNegative()) {
      double seconds = passed.getSeconds() + passed.getNano() / 1e9;
      filled = Math.min(rate.get().burst(), tokens + seconds * rate.get().perSecond());
    }
    LocalDate date = dayOf(now);
    return new Spending(filled, now, date, date.equals(day) ? today : 0);
  }

  private Spending plus(Allowance allowance, int events) {
    double left = allowance.rate().isPresent() ? tokens - events : tokens;
    return new Spending(left, at, day, today + events);
  }

  private Decided keep(Ruling ruling) {
    return new Decided(ruling, this);
  }

  private static Duration toFill(double missing, Allowance.Rate rate) {
    return Duration.ofNanos((long) Math.ceil(Math.max(0, missing) / rate.perSecond() * 1e9));
  }

  private static Duration untilTomorrow(Instant now) {
    return Duration.between(now, dayOf(now).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  private static LocalDate dayOf(Instant now) {
    return LocalDate.ofInstant(now, ZoneOffset.UTC);
  }
}
