package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Threads in the background outlive whatever their work throws. */
class BackgroundTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  private static void fail(CountDownLatch times) {
    times.countDown();
    if (times.getCount() > 1) {
      throw new AssertionError("as a class that cannot be loaded, or memory that ran out, would");
    }
    if (times.getCount() == 1) {
      throw new IllegalStateException("as a disk would");
    }
  }

  @Test
  void aChoreIsDoneAgainAfterAnError() throws InterruptedException {
    CountDownLatch times = new CountDownLatch(4);
    try (Chore chore = new Chore("chore", SHORT, () -> fail(times))) {
      chore.want();
      assertThat(times.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void roundsGoOnAfterAnError() throws InterruptedException {
    CountDownLatch times = new CountDownLatch(4);
    try (Rounds rounds = new Rounds("rounds", SHORT, each -> fail(times))) {
      rounds.start();
      assertThat(times.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
