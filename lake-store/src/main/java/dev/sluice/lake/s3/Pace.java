package dev.sluice.lake.s3;

/** The watch over one body; time we spend on our own work does not count. Not thread-safe. */
final class Pace {
  private static final double NANOS = 1e9;

  private final Patience patience;
  private final Runnable tooSlow;
  private long timer;
  private boolean waiting;
  private long since;
  private long waited;
  private long bytes;

  Pace(Patience patience, Runnable tooSlow) {
    this.patience = patience;
    this.tooSlow = tooSlow;
    this.timer = start();
  }

  private long start() {
    return patience.vertx().setTimer(patience.window().toMillis(), fired -> judge());
  }

  /** From here on it is the client that keeps us waiting. */
  void asked() {
    waiting = true;
    since = System.nanoTime();
  }

  void came(long more) {
    count();
    waiting = false;
    bytes += more;
  }

  private void count() {
    if (waiting) {
      long now = System.nanoTime();
      waited += now - since;
      since = now;
    }
  }

  private void judge() {
    count();
    boolean mostly = waited >= patience.window().toNanos() / 2;
    if (mostly && bytes < patience.bytesPerSecond() * (waited / NANOS)) {
      tooSlow.run();
      return;
    }
    waited = 0;
    bytes = 0;
    timer = start();
  }

  void done() {
    patience.vertx().cancelTimer(timer);
  }
}
