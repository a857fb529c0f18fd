package dev.sluice.lake.s3;

import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * How slow a client may be: over every window in which we mostly waited for it, so many bytes a
 * second. A client that sends a byte now and then keeps no connection busy for long.
 */
record Patience(Vertx vertx, Duration window, long bytesPerSecond) {
  /** Watches one body from now on, on the event loop of the caller. */
  Pace watch(Runnable tooSlow) {
    return new Pace(this, tooSlow);
  }

  /** How long a client may take to read an answer of that length. */
  Duration toRead(long bytes) {
    return window.multipliedBy(2).plusSeconds(bytes / bytesPerSecond);
  }
}
