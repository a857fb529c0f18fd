package dev.sluice.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.protocol.ShardTime.Activity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShardTimeTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final ShardTime AT_NOON = new ShardTime(NOON, Activity.ACTIVE);
  private static final ShardTime BEFORE = new ShardTime(NOON.minusSeconds(60), Activity.ACTIVE);
  private static final ShardTime IDLE = new ShardTime(NOON.minusSeconds(3_600), Activity.IDLE);
  private static final Duration LATENESS = Duration.ofSeconds(10);

  @Test
  void whatIsWrittenIsReadAgain() {
    LogShard shard = new LogShard("aT_x-1", 7);
    assertThat(ShardTime.parse(BEFORE.encode())).contains(BEFORE);
    assertThat(ShardTime.parse(IDLE.encode())).contains(IDLE);
    assertThat(ShardTime.parse("noon")).isEmpty();
    assertThat(ShardTime.ofPropertyKey(ShardTime.propertyKey(shard))).contains(shard);
    assertThat(LogShard.ofPropertyKey(ShardTime.propertyKey(shard))).isEmpty();
  }

  @Test
  void theLeastOfTheActiveShardsCounts() {
    assertThat(ShardTime.watermark(List.of(AT_NOON, BEFORE, IDLE), LATENESS, Optional.empty()))
        .contains(NOON.minusSeconds(70));
  }

  @Test
  void itNeverGoesBackAndIdleShardsAloneDoNotMoveIt() {
    assertThat(ShardTime.watermark(List.of(BEFORE), LATENESS, Optional.of(NOON))).contains(NOON);
    assertThat(ShardTime.watermark(List.of(IDLE), LATENESS, Optional.of(NOON))).contains(NOON);
    assertThat(ShardTime.watermark(List.of(IDLE), LATENESS, Optional.empty())).isEmpty();
  }
}
