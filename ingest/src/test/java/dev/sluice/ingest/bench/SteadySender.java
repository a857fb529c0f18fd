package dev.sluice.ingest.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends at an even rate straight onto the log, each event with the time at which it is sent. When
 * it falls behind it catches up, so that the number of events is the one asked for.
 */
final class SteadySender {
  private static final int TICKS_A_SECOND = 100;

  private final ClickTopic topic;
  private final Clicks clicks;
  private final int eventsASecond;

  SteadySender(ClickTopic topic, Clicks clicks, int eventsASecond) {
    this.topic = topic;
    this.clicks = clicks;
    this.eventsASecond = eventsASecond;
  }

  /** Runs on a thread of its own; done when the log has all, with their number. */
  CompletableFuture<Long> send(Duration length) {
    CompletableFuture<Long> sent = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                sent.complete(sendAll(length));
              } catch (RuntimeException e) {
                sent.completeExceptionally(e);
              }
            },
            "steady-sender");
    thread.setDaemon(true);
    thread.start();
    return sent;
  }

  private long sendAll(Duration length) {
    long tick = TimeUnit.SECONDS.toNanos(1) / TICKS_A_SECOND;
    long ticks = length.toSeconds() * TICKS_A_SECOND;
    long begin = System.nanoTime();
    long number = 0;
    for (long i = 1; i <= ticks; i++) {
      Instant now = Instant.now();
      for (long due = i * eventsASecond / TICKS_A_SECOND; number < due; number++) {
        topic.send(number, clicks.event(number, now));
      }
      LockSupport.parkNanos(begin + i * tick - System.nanoTime());
    }
    topic.flush();
    return number;
  }
}
