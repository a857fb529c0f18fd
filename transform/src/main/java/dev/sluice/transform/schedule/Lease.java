package dev.sluice.transform.schedule;

import java.time.Duration;
import java.time.Instant;

/**
 * Who runs. A number is given out once, a beat tells that its owner lives.
 *
 * @param owner nobody, if empty
 * @param number one more for each owner
 * @param beat one more for each sign of life
 * @param length how long after a beat the owner is believed to live
 * @param until when that is by the owner's clock; for people, for clocks differ
 */
record Lease(String owner, long number, long beat, Duration length, Instant until) {
  static final Lease NONE = new Lease("", 0, 0, Duration.ZERO, Instant.EPOCH);

  boolean held() {
    return !owner.isEmpty();
  }

  boolean heldBy(String runner, long withNumber) {
    return owner.equals(runner) && number == withNumber;
  }

  Lease taken(String runner, Duration forLength, Instant now) {
    return new Lease(runner, number + 1, 0, forLength, now.plus(forLength));
  }

  Lease renewed(Instant now) {
    return new Lease(owner, number, beat + 1, length, now.plus(length));
  }

  Lease released() {
    return new Lease("", number, beat, length, until);
  }
}
