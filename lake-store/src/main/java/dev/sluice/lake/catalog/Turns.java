package dev.sluice.lake.catalog;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Has those who were beaten to a table begin again a few at a time. Of fifty that try at once, one
 * is let and forty-nine have worked in vain; so the answer that they were beaten is held back, in
 * the order they came, until a commit to the table is made or the ones before had their time. What
 * is answered is not changed by it, and nothing is held for longer than {@code longest}.
 */
final class Turns {
  /** So many are let go before one of them has to succeed. */
  private static final int AT_ONCE = 12;

  /** In which one that was let go has most likely tried. */
  private static final long TRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final int MOST_HELD = 1_000;
  private static final int MOST_LINES = 1_000;

  private final Duration longest;
  private final LongSupplier nanos;
  private final Map<String, Line> lines = new HashMap<>();

  private static final class Line {
    private final Deque<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
    private final Deque<Long> letGo = new ArrayDeque<>();
  }

  /**
   * @param longest none are held if it is zero
   * @param nanos a clock that only goes forward
   */
  Turns(Duration longest, LongSupplier nanos) {
    this.longest = longest;
    this.nanos = nanos;
  }

  /** A commit to the table was made: the next one may try. */
  void won(String table) {
    next(table, Ended.WON);
  }

  /** Completes when one that was beaten is to be told. */
  CompletionStage<Boolean> beaten(String table) {
    CompletableFuture<Boolean> turn = new CompletableFuture<>();
    synchronized (this) {
      if (lines.size() >= MOST_LINES) {
        lines.values().removeIf(this::over);
      }
      Line line = lines.computeIfAbsent(table, name -> new Line());
      if (longest.isZero() || line.waiting.size() >= MOST_HELD) {
        return CompletableFuture.completedFuture(true);
      }
      line.waiting.add(turn);
    }
    next(table, Ended.BEATEN);
    return turn.completeOnTimeout(true, longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  private boolean over(Line line) {
    return line.waiting.stream().allMatch(CompletableFuture::isDone)
        && line.letGo.stream().allMatch(since -> nanos.getAsLong() - since > TRY_NANOS);
  }

  private enum Ended {
    WON,
    BEATEN
  }

  private void next(String table, Ended ended) {
    Deque<CompletableFuture<Boolean>> going = new ArrayDeque<>();
    synchronized (this) {
      Line line = lines.get(table);
      if (line == null) {
        return;
      }
      long now = nanos.getAsLong();
      if (ended == Ended.WON) {
        line.letGo.poll();
      }
      while (!line.letGo.isEmpty() && now - line.letGo.peek() > TRY_NANOS) {
        line.letGo.poll();
      }
      line.waiting.removeIf(CompletableFuture::isDone);
      while (line.letGo.size() < AT_ONCE && !line.waiting.isEmpty()) {
        going.add(line.waiting.poll());
        line.letGo.add(now);
      }
    }
    // Outside of the lock, for whoever waits goes on in this thread.
    going.forEach(turn -> turn.complete(true));
  }
}
