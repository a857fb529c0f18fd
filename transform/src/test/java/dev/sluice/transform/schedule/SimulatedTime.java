package dev.sluice.transform.schedule;

import java.time.Duration;
import java.time.Instant;

/** Clocks that go on when somebody rests; that on the wall may be set. */
final class SimulatedTime implements Timepiece {
  private Instant wall;
  private long watch = 1;

  SimulatedTime(Instant wall) {
    this.wall = wall;
  }

  @Override
  public Instant now() {
    return wall;
  }

  @Override
  public long nanos() {
    return watch;
  }

  @Override
  public void rest(Duration longest) {
    if (longest.isNegative()) {
      throw new AssertionError("a rest of " + longest);
    }
    wall = wall.plus(longest);
    watch += longest.toNanos();
  }

  /** Somebody sets the clock on the wall. */
  void set(Instant to) {
    wall = to;
  }
}
