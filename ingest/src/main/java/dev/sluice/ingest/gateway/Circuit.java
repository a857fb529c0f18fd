package dev.sluice.ingest.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A circuit breaker's state. Pure: what happens and when comes in, the next state goes out. It
 * counts the times it has opened, so that what was let through before has no say after.
 */
sealed interface Circuit {
  /** How often it has opened. */
  long era();

  /** Requests pass; so many in a row have failed. */
  record Closed(long era, int failures) implements Circuit {}

  /** None passes until then. */
  record Open(long era, Instant until) implements Circuit {
    public Open {
      Objects.requireNonNull(until, "until");
    }
  }

  /** One has passed to try; how it ends decides. */
  record HalfOpen(long era, Instant since) implements Circuit {
    public HalfOpen {
      Objects.requireNonNull(since, "since");
    }
  }

  /** When it opens, and for how long. */
  record Rule(int failures, Duration pause) {
    public Rule {
      Objects.requireNonNull(pause, "pause");
    }
  }

  /** Whether a request may pass, and the state after it was asked. */
  record Admission(boolean passes, Circuit next) {}

  static Circuit closed() {
    return new Closed(0, 0);
  }

  default Admission ask(Instant now, Rule rule) {
    if (this instanceof Open open && !now.isBefore(open.until())) {
      return new Admission(true, new HalfOpen(open.era(), now));
    }
    // One that tries and never ends must not keep the circuit for good.
    if (this instanceof HalfOpen half && !now.isBefore(half.since().plus(rule.pause()))) {
      return new Admission(true, new HalfOpen(half.era(), now));
    }
    return new Admission(this instanceof Closed, this);
  }

  /** After one that passed in that era went well. */
  default Circuit well(long passed) {
    if (passed != era() || this instanceof Open) {
      return this;
    }
    return new Closed(era(), 0);
  }

  /** After one that passed in that era failed. */
  default Circuit failed(long passed, Instant now, Rule rule) {
    if (passed != era() || this instanceof Open) {
      return this;
    }
    int failures = this instanceof Closed closed ? closed.failures() + 1 : rule.failures();
    return failures >= rule.failures()
        ? new Open(era() + 1, now.plus(rule.pause()))
        : new Closed(era(), failures);
  }
}
