package dev.sluice.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandingTest {

  private static final LogShard A0 = new LogShard("aT_x-1", 0);
  private static final LogShard A7 = new LogShard("aT_x-1", 7);
  private static final LogShard B0 = new LogShard("b", 0);

  @Test
  void whatIsWrittenIsReadAgain() {
    Map<LogShard, Long> offsets = Map.of(A0, 12L, A7, 0L, B0, Long.MAX_VALUE);
    assertThat(Standing.encode(offsets)).isEqualTo("aT_x-1=0:12,7:0;b=0:" + Long.MAX_VALUE);
    assertThat(Standing.parse(Standing.encode(offsets))).contains(offsets);
    assertThat(Standing.parse(Standing.encode(Map.of()))).contains(Map.of());
  }

  @Test
  void whatNobodyWroteSaysNothing() {
    for (String text : List.of("not said", ";", "a", "a=", "a=0", "a=0:x", "a=-1:1", "=0:1")) {
      assertThat(Standing.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void ofEachShardTheNewestWordCountsAndNothingIsAskedBehindAFullOne() {
    Standing standing =
        Standing.of(
            List.of(
                new Standing.Said(Map.of(A0, 9L), Optional.empty()),
                new Standing.Said(Map.of(A0, 5L), Optional.of(Map.of(A7, 3L))),
                new Standing.Said(Map.of(B0, 1L), Optional.empty())),
            Standing.Reach.KEPT);
    assertThat(standing).isEqualTo(new Standing(Map.of(A0, 9L, A7, 3L), Standing.Reach.ALL));
  }

  @Test
  void whereNoSnapshotNamesAllShardsOthersMayHaveBeenTaken() {
    Standing.Said said = new Standing.Said(Map.of(A0, 9L), Optional.empty());
    assertThat(Standing.of(List.of(said), Standing.Reach.KEPT).reach())
        .isEqualTo(Standing.Reach.KEPT);
  }
}
