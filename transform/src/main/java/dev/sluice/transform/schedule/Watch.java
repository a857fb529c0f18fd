package dev.sluice.transform.schedule;

import java.time.Duration;

/**
 * Tells whether the owner of a lease is gone: it showed no sign of life for twice the lease's
 * length, as measured here, for nobody's clock can be held against another's. It gives up after one
 * length, and has the other to end what it runs.
 */
final class Watch {
  private final Timepiece time;
  private Lease last = Lease.NONE;
  private long since;

  Watch(Timepiece time) {
    this.time = time;
  }

  /** Whether the lease may be taken now. */
  boolean free(Lease lease) {
    if (!lease.held()) {
      return true;
    }
    if (lease.number() != last.number()
        || lease.beat() != last.beat()
        || !lease.owner().equals(last.owner())) {
      last = lease;
      since = time.nanos();
      return false;
    }
    return time.nanos() - since >= patience(lease);
  }

  /** How long to wait before it may be taken, if nothing is heard. */
  Duration left(Lease lease) {
    return Duration.ofNanos(Math.max(0, patience(lease) - (time.nanos() - since)));
  }

  private static long patience(Lease lease) {
    return lease.length().multipliedBy(2).toNanos();
  }
}
