package dev.sluice.ingest.key;

import java.time.Duration;
import java.util.Objects;

/** What came of showing a key. */
public sealed interface Showing {
  record Known(WriteKey key) implements Showing {
    public Known {
      Objects.requireNonNull(key, "key");
    }
  }

  /** None of ours. */
  record Unknown() implements Showing {}

  /** Too many wrong keys came from there: this one was not looked at. */
  record LockedOut(Duration retryAfter) implements Showing {
    public LockedOut {
      Objects.requireNonNull(retryAfter, "retryAfter");
    }
  }
}
