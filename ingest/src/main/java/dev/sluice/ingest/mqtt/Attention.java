package dev.sluice.ingest.mqtt;

/**
 * Whether a client is read: not while it, or all together, have too much under way, not while its
 * key may send nothing, and not when the server stops.
 */
final class Attention {
  private final Line line;
  private final Waiting waiting;
  private boolean held;
  private boolean queued;
  private boolean parked;
  private boolean hushed;

  Attention(Line line, Waiting waiting) {
    this.line = line;
    this.waiting = waiting;
  }

  /** Too much is under way. */
  void hold() {
    if (!held) {
      held = true;
      line.pause();
      if (waiting.full()) {
        queueUp();
      }
    }
  }

  /** The client has little under way; it is read on as soon as there is room for all. */
  void release() {
    if (held && waiting.full()) {
      queueUp();
    } else if (held) {
      held = false;
      readOn();
    }
  }

  /** Its key may send nothing for now. */
  void park() {
    parked = true;
    line.pause();
  }

  /** Its key may send again; whether anybody wants to hear it still. */
  boolean unpark() {
    parked = false;
    return line.open() && !hushed;
  }

  /** Never again. */
  void hush() {
    hushed = true;
    line.pause();
  }

  void readOn() {
    if (!held && !parked && !hushed && line.open()) {
      line.resume();
    }
  }

  /** Who is held by its own share only is not in the queue of those who wait for room. */
  private void queueUp() {
    if (!queued) {
      queued = true;
      waiting.hold(
          () -> {
            queued = false;
            held = false;
            readOn();
          });
    }
  }
}
