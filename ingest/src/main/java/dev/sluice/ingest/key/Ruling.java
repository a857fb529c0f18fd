package dev.sluice.ingest.key;

import java.time.Duration;
import java.util.Objects;

/** Whether a key may send so many events now. */
public sealed interface Ruling {
  /** What is left after it. */
  Remaining remaining();

  /** They are taken from the allowance. */
  record Granted(Remaining remaining) implements Ruling {
    public Granted {
      Objects.requireNonNull(remaining, "remaining");
    }
  }

  /** Nothing is taken; after the pause they would be granted, if nobody else took them. */
  record Exceeded(Limit limit, Duration retryAfter, Remaining remaining) implements Ruling {
    public Exceeded {
      Objects.requireNonNull(limit, "limit");
      Objects.requireNonNull(retryAfter, "retryAfter");
      Objects.requireNonNull(remaining, "remaining");
    }
  }

  /** Nothing is taken, and no waiting helps: it is more than the key may ever send at once. */
  record NeverFits(long most, Remaining remaining) implements Ruling {
    public NeverFits {
      Objects.requireNonNull(remaining, "remaining");
    }
  }

  /** Which limit was met. */
  enum Limit {
    RATE,
    DAILY
  }
}
