package dev.sluice.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CommitProtocolTest {

  private static final LogShard SHARD = new LogShard("abcDEF_-12", 3);

  @Test
  void anIntervalIsAppendedOnlyWhereTheTableStands() {
    Interval interval = new Interval(SHARD, 10, 15, rows(5));
    assertThat(CommitProtocol.decide(at(10), interval))
        .isEqualTo(new Decision.Append(at(15).orElseThrow()));
    assertThat(CommitProtocol.decide(at(15), interval))
        .isEqualTo(new Decision.AlreadyCommitted(at(15).orElseThrow()));
    assertThat(CommitProtocol.decide(at(7), interval)).isEqualTo(new Decision.Gap(7, 10));
    assertThat(CommitProtocol.decide(Optional.empty(), interval))
        .isEqualTo(new Decision.Gap(0, 10));
    assertThat(CommitProtocol.decide(at(12), interval)).isInstanceOf(Decision.Fenced.class);
    assertThat(CommitProtocol.decide(at(99), interval)).isInstanceOf(Decision.Fenced.class);
  }

  @Property
  void aReplayMovesOffsetsFromOneCountToAnotherAndTheProgressStays(
      @ForAll @IntRange(max = 1_000) int rows,
      @ForAll @IntRange(max = 1_000) int letters,
      @ForAll @IntRange(max = 1_000) int moved,
      @ForAll long checksum) {
    ShardProgress stream = new ShardProgress(rows + letters, new Counts(rows, 0, letters, 0, 0, 7));
    ShardProgress book = new ShardProgress(rows + letters, new Counts(letters, 0, 0, rows, 0, 9));
    if (moved > letters) {
      assertThatThrownBy(() -> stream.lettersToRows(moved, checksum))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> book.rowsPassedOver(moved, checksum))
          .isInstanceOf(IllegalArgumentException.class);
      return;
    }
    ShardProgress after = stream.lettersToRows(moved, checksum);
    assertThat(after.nextOffset()).isEqualTo(stream.nextOffset());
    assertThat(after.totals())
        .isEqualTo(new Counts(rows + moved, 0, letters - moved, 0, 0, 7 + checksum));
    assertThat(book.rowsPassedOver(moved, checksum).totals())
        .isEqualTo(new Counts(letters - moved, 0, 0, rows + moved, 0, 9 - checksum));
    assertThat(ShardProgress.parse(after.encode())).contains(after);
  }

  @Test
  void shardsThatShareFilesAreAppendedTogetherOrNotAtAll() {
    LogShard other = new LogShard("abcDEF_-12", 4);
    List<Interval> both =
        List.of(new Interval(SHARD, 0, 5, rows(5)), new Interval(other, 0, 2, rows(2)));
    assertThat(CommitProtocol.decideAll(Map.of(), both))
        .isInstanceOf(IntervalsDecision.AppendAll.class);
    assertThat(
            CommitProtocol.decideAll(
                Map.of(SHARD, at(5).orElseThrow(), other, at(2).orElseThrow()), both))
        .isInstanceOf(IntervalsDecision.AllCommitted.class);
    assertThat(CommitProtocol.decideAll(Map.of(SHARD, at(5).orElseThrow()), both))
        .isInstanceOf(IntervalsDecision.Refused.class);
  }

  @Test
  void aLogThatBeginsLaterIsAGapAndNeverAReset() {
    assertThat(Resume.decide(at(5), 0, 9)).isEqualTo(new Resume.From(at(5).orElseThrow()));
    assertThat(Resume.decide(Optional.empty(), 0, 9))
        .isEqualTo(new Resume.From(ShardProgress.START));
    assertThat(Resume.decide(at(5), 7, 9)).isEqualTo(new Resume.Trimmed(5, 7));
    assertThat(Resume.decide(Optional.empty(), 7, 9)).isEqualTo(new Resume.Trimmed(0, 7));
    assertThat(Resume.decide(at(12), 0, 9)).isEqualTo(new Resume.BeyondEnd(12, 9));
  }

  @Test
  void aRolledBackTableIsToldFromAnExpiredOne() {
    assertThat(History.compare(SHARD, at(5), Optional.of(5L), History.Reach.COMPLETE))
        .isInstanceOf(History.Agrees.class);
    assertThat(History.compare(SHARD, at(5), Optional.of(3L), History.Reach.EXPIRED))
        .isInstanceOf(History.Disagrees.class);
    assertThat(History.compare(SHARD, at(5), Optional.empty(), History.Reach.EXPIRED))
        .isInstanceOf(History.Agrees.class);
    assertThat(History.compare(SHARD, at(5), Optional.empty(), History.Reach.ABANDONED))
        .isInstanceOf(History.Disagrees.class);
    assertThat(History.compare(SHARD, at(5), Optional.empty(), History.Reach.COMPLETE))
        .isInstanceOf(History.Disagrees.class);
    assertThat(History.compare(SHARD, Optional.empty(), Optional.empty(), History.Reach.COMPLETE))
        .isInstanceOf(History.Agrees.class);
  }

  @Property
  void progressReadsBackAsItWasWritten(
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE / 8) long rows,
      @ForAll @IntRange(max = 1000) int duplicates,
      @ForAll @IntRange(max = 1000) int dead,
      @ForAll @IntRange(max = 1000) int filtered,
      @ForAll @IntRange(max = 1000) int control,
      @ForAll long checksum) {
    Counts counts = new Counts(rows, duplicates, dead, filtered, control, checksum);
    ShardProgress progress = ShardProgress.START.plus(counts);
    assertThat(ShardProgress.parse(progress.encode())).contains(progress);
  }

  @Test
  void anEditedPropertyIsNotProgress() {
    String good = at(7).orElseThrow().encode();
    assertThat(ShardProgress.parse(good)).isPresent();
    assertThat(ShardProgress.parse(good.replace("next=7", "next=8"))).isEmpty();
    assertThat(ShardProgress.parse(good.replace("rows=7", "rows=-7"))).isEmpty();
    assertThat(ShardProgress.parse(good + ",rows=7")).isEmpty();
    assertThat(ShardProgress.parse("")).isEmpty();
    assertThat(ShardProgress.parse("7")).isEmpty();
  }

  @Test
  void aPropertyKeyNamesItsShard() {
    assertThat(LogShard.ofPropertyKey(SHARD.propertyKey())).contains(SHARD);
    assertThat(LogShard.ofPropertyKey("sluice.log.3")).isEmpty();
    assertThat(LogShard.ofPropertyKey("sluice.log.abc.x")).isEmpty();
    assertThat(LogShard.ofPropertyKey("write.format.default")).isEmpty();
  }

  @Test
  void countsThatDoNotCoverTheIntervalAreRefused() {
    assertThatThrownBy(() -> new Interval(SHARD, 0, 5, rows(4)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Interval(SHARD, 5, 5, Counts.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aValueCountsTheSameHoweverItIsTyped() {
    assertThat(sum(c -> c.whole("a", 5))).isEqualTo(sum(c -> c.fraction("a", 5.0)));
    assertThat(sum(c -> c.text("a", "2026-01-02T03:04:05.678Z")))
        .isEqualTo(sum(c -> c.time("a", Instant.parse("2026-01-02T03:04:05.678Z"))));
    assertThat(sum(c -> c.text("a", "5"))).isNotEqualTo(sum(c -> c.whole("a", 5)));
    assertThat(sum(c -> c.text("a", "x"))).isNotEqualTo(sum(c -> c.text("b", "x")));
    RowChecksum elsewhere = new RowChecksum(0, 2);
    elsewhere.text("a", "x");
    assertThat(sum(c -> c.text("a", "x"))).isNotEqualTo(elsewhere.sum());
  }

  @Test
  void theWaitBetweenCommitsIsFourTimesTheirCostWithinItsBounds() {
    CommitPace pace = new CommitPace(Duration.ofSeconds(2), Duration.ofSeconds(60));
    assertThat(pace.after(Duration.ofMillis(100))).isEqualTo(Duration.ofSeconds(2));
    assertThat(pace.after(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(12));
    assertThat(pace.after(Duration.ofSeconds(50))).isEqualTo(Duration.ofSeconds(60));
  }

  private static long sum(java.util.function.Consumer<RowChecksum> values) {
    RowChecksum checksum = new RowChecksum(0, 1);
    values.accept(checksum);
    return checksum.sum();
  }

  private static Counts rows(long rows) {
    return new Counts(rows, 0, 0, 0, 0, 0);
  }

  private static Optional<ShardProgress> at(long next) {
    return Optional.of(new ShardProgress(next, rows(next)));
  }
}
