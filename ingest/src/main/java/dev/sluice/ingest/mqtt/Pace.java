package dev.sluice.ingest.mqtt;

import java.time.InstantSource;

/** So many in a second, and no more than that at once. */
final class Pace {
  private static final double MILLIS = 1000.0;

  private final int perSecond;
  private final InstantSource clock;
  private double left;
  private long last;

  Pace(int perSecond, InstantSource clock) {
    this.perSecond = perSecond;
    this.clock = clock;
    this.left = perSecond;
    this.last = clock.millis();
  }

  boolean take() {
    long now = clock.millis();
    // A clock that was set back gives nothing, and takes nothing.
    left = Math.min(perSecond, left + Math.max(0, now - last) * perSecond / MILLIS);
    last = now;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
