package dev.sluice.ingest.door;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all requests together may hold. */
final class Budget {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  Budget(long most) {
    this.most = most;
  }

  /** Takes all of it or none. */
  boolean take(long bytes) {
    if (held.addAndGet(bytes) <= most) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }
}
