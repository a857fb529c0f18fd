package dev.sluice.transform.schedule;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A lease that we hold: shows a sign of life each third of its length, and ends in time. */
final class Tenure {
  private static final int SIGNS = 3;

  private final Bulletin bulletin;
  private final Timepiece time;
  private final String owner;
  private final Lease lease;
  private long heard;
  private long tried;

  /**
   * @param heard the watch before the lease was taken
   */
  Tenure(Bulletin bulletin, Timepiece time, String owner, Lease lease, long heard) {
    this.bulletin = bulletin;
    this.time = time;
    this.owner = owner;
    this.lease = lease;
    this.heard = heard;
    this.tried = heard;
  }

  boolean holds(Lease onBoard) {
    return onBoard.heldBy(owner, lease.number());
  }

  /** Whether this is the lease as we gave it back: then what we wrote with it is there too. */
  boolean gaveBack(Lease onBoard) {
    return onBoard.number() == lease.number() && !onBoard.held();
  }

  /** Whether another may have taken over, for all that we know. */
  boolean over() {
    return time.nanos() - heard >= lease.length().toNanos();
  }

  Duration untilRenewal() {
    long third = lease.length().toNanos() / SIGNS;
    return Duration.ofNanos(Math.max(1, third - (time.nanos() - tried)));
  }

  /** Shows a sign of life if it is time to; why we are no longer the owner, if so. */
  Optional<String> renew() {
    long before = time.nanos();
    if (before - tried < lease.length().toNanos() / SIGNS) {
      return Optional.empty();
    }
    tried = before;
    try {
      Board after =
          bulletin.change(
              board ->
                  holds(board.lease())
                      ? Optional.of(board.with(board.lease().renewed(time.now())))
                      : Optional.empty());
      if (!holds(after.lease())) {
        return Optional.of("the lease was taken by " + after.lease().owner());
      }
      heard = before;
      return Optional.empty();
    } catch (IOException unreachable) {
      // One in doubt: the signs before it may have another third or two to go.
      long left = lease.length().toNanos() - (time.nanos() - heard);
      return left > lease.length().toNanos() / SIGNS
          ? Optional.empty()
          : Optional.of("the lease could not be kept: " + unreachable.getMessage());
    }
  }
}
