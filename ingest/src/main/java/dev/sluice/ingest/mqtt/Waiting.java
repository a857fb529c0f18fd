package dev.sluice.ingest.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What of all clients' messages waits for the log. While there is too much, who sends more is not
 * read; what was read already is taken on, so it may be passed by what a socket's buffer holds. All
 * on the server's one event loop.
 */
final class Waiting {
  private final int mostMessages;
  private final long mostBytes;
  private final Deque<Runnable> held = new ArrayDeque<>();
  private int messages;
  private long bytes;
  private Runnable whenNone = () -> {};

  Waiting(int mostMessages, long mostBytes) {
    this.mostMessages = mostMessages;
    this.mostBytes = mostBytes;
  }

  void begin(int size) {
    messages++;
    bytes += size;
  }

  void end(int size) {
    messages--;
    bytes -= size;
    if (messages == 0) {
      whenNone.run();
    }
    // Not all at once, and not before there is some room again.
    while (!held.isEmpty() && messages < mostMessages / 2 + 1 && bytes < mostBytes / 2 + 1) {
      int before = messages;
      held.poll().run();
      if (messages > before + mostMessages / 4) {
        return;
      }
    }
  }

  boolean full() {
    return messages >= mostMessages || bytes >= mostBytes;
  }

  /** Runs it when there is room again. */
  void hold(Runnable resume) {
    held.add(resume);
  }

  /** Runs it as soon as nothing waits, be it now. */
  void whenNone(Runnable then) {
    if (messages == 0) {
      then.run();
    } else {
      whenNone = then;
    }
  }

  int messages() {
    return messages;
  }

  int heldClients() {
    return held.size();
  }
}
