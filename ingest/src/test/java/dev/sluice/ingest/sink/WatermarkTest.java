package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.table.EventTimes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

/** How far event time has come, as the table says. */
class WatermarkTest {

  private static final Duration LATENESS = Duration.ofSeconds(10);
  private static final int EXPIRED_AFTER_MILLIS = 1_000;

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  @Test
  void theSlowestShardHoldsTheWatermarkBackAndAnIdleOneDoesNot() throws Exception {
    try (Scene scene = new Scene("watermark", 2)) {
      scene.idleAfter = Duration.ofSeconds(5);
      scene.worker("w");
      Instant slow = now.minusSeconds(300);
      scene.produce(0, Scene.event(1, slow));
      scene.awaitCommitted(1);
      scene.produce(1, Scene.event(2, now.minusSeconds(60)));
      scene.awaitCommitted(2);
      assertThat(watermark(scene)).contains(slow.minus(LATENESS));
      Instant[] last = {now};
      int[] number = {3};
      Await.until(
          "the other shard is idle",
          () -> {
            last[0] = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            scene.produce(1, Scene.event(number[0]++, last[0]));
            scene.awaitCommitted(number[0] - 1L);
            return watermark(scene).equals(Optional.of(last[0].minus(LATENESS)));
          });
      // It wakes, with what is older than the watermark: that stays, and holds for both.
      scene.produce(0, Scene.event(number[0]++, slow.plusSeconds(1)));
      scene.awaitCommitted(number[0] - 1L);
      assertThat(watermark(scene)).contains(last[0].minus(LATENESS));
      assertThat(scene.registry.find("sluice.sink.watermark.seconds").gauge().value())
          .isBetween(LATENESS.toSeconds() - 1.0, 400.0);
    }
  }

  @Test
  void aClockThatRunsAheadTakesTheWatermarkNoFurtherThanTheReceipt() throws Exception {
    try (Scene scene = new Scene("ahead", 1)) {
      scene.worker("w");
      scene.produce(0, Scene.event(1, now.plusSeconds(1_800)), now);
      scene.awaitCommitted(1);
      assertThat(watermark(scene)).contains(now.minus(LATENESS));
    }
  }

  @Test
  void theWatermarkOutlivesRestartAndExpiry() throws Exception {
    try (Scene scene = new Scene("outlives", 1)) {
      SinkWorkers first = scene.worker("a");
      scene.produce(0, Scene.event(1, now));
      scene.awaitCommitted(1);
      scene.produce(0, Scene.event(2, now.minusSeconds(100)));
      scene.awaitCommitted(2);
      first.drop();
      Table table = scene.table();
      table
          .expireSnapshots()
          .retainLast(1)
          .expireOlderThan(System.currentTimeMillis() + EXPIRED_AFTER_MILLIS)
          .commit();
      SinkWorkers second = scene.worker("b");
      Await.until(
          "the next worker shows it",
          () ->
              second.statuses().get(0).shards().stream()
                  .anyMatch(shard -> shard.watermark().equals(Optional.of(now.minus(LATENESS)))));
      scene.produce(0, Scene.event(3, now.minusSeconds(50)));
      scene.awaitCommitted(3);
      assertThat(watermark(scene)).contains(now.minus(LATENESS));
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  private static Optional<Instant> watermark(Scene scene) {
    return EventTimes.watermark(scene.table().properties());
  }
}
