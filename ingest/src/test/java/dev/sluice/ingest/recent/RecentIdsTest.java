package dev.sluice.ingest.recent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shard had within the window is known, and whatever happens to the files is no loss. */
class RecentIdsTest {

  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final long PLENTY = 1 << 20;
  private static final CommittedIds UNASKED =
      (since, taker) -> {
        throw new AssertionError("the rows were asked for");
      };

  @TempDir private Path directory;
  private final Told told = new Told();

  /** What was told. */
  private static final class Told implements RecentIds.Watcher {
    private long forgotten;
    private long gathered = -1;
    private final List<String> notGathered = new ArrayList<>();

    @Override
    public void forgotten(long ids) {
      forgotten += ids;
    }

    @Override
    public void gathered(long ids) {
      gathered = ids;
    }

    @Override
    public void notGathered(String shard, RuntimeException why) {
      notGathered.add(shard + ": " + why.getMessage());
    }
  }

  @Test
  void anIdIsKnownForTheWindowWhereverItIs() {
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids = begun(recent, 0, UNASKED);
      assertThat(seen(ids, 1, 5_000)).isFalse();
      assertThat(seen(ids, 1, 5_000)).isTrue();
      ids.send();
      assertThat(seen(ids, 1, 6_000)).isTrue();
      ids.landed(2);
      assertThat(seen(ids, 1, 6_000)).isTrue();
      assertThat(seen(ids, 1, 6_001)).isFalse();
      assertThat(seen(ids, 1, 7_001)).isTrue();
      assertThat(ids.known()).isEqualTo(WINDOW);
    }
  }

  @Test
  void whatNeverLandsIsForgotten() {
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids = begun(recent, 0, UNASKED);
      seen(ids, 1, 5_000);
      land(ids, 1);
      seen(ids, 2, 5_001);
      ids.send();
      seen(ids, 3, 5_002);
      ids.forget();
      ids.begin(1, UNASKED);
      assertThat(seen(ids, 1, 5_003)).isTrue();
      assertThat(seen(ids, 2, 5_003)).isFalse();
      assertThat(seen(ids, 3, 5_003)).isFalse();
    }
  }

  @Test
  void aRestartWhereTheTableStandsAsksNobody() {
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids = begun(recent, 0, UNASKED);
      seen(ids, 1, 5_000);
      land(ids, 10);
    }
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids = begun(recent, 10, UNASKED);
      assertThat(seen(ids, 1, 5_500)).isTrue();
      assertThat(seen(ids, 2, 5_500)).isFalse();
    }
  }

  @Test
  void aKilledProcessLeavesWhatItWroteLast() throws IOException {
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids = begun(recent, 0, UNASKED);
      seen(ids, 1, 5_000);
      land(ids, 10);
      seen(ids, 2, 5_001);
      // The files as they are while it runs.
      Path left = directory.resolve("left");
      Files.createDirectory(left);
      try (Stream<Path> files = Files.list(directory.resolve("ids"))) {
        for (Path file : files.filter(file -> !file.endsWith("LOCK")).toList()) {
          Files.copy(file, left.resolve(file.getFileName()));
        }
      }
      try (RecentIds heir = new RecentIds(left, PLENTY, told)) {
        ShardIds again = begun(heir, 10, UNASKED);
        assertThat(seen(again, 1, 5_500)).isTrue();
        assertThat(seen(again, 2, 5_500)).isFalse();
      }
    }
  }

  @Test
  void anotherOffsetOrALongerWindowIsGatheredFromTheRows() {
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids = begun(recent, 0, UNASKED);
      seen(ids, 1, 5_000);
      land(ids, 10);
      // Somebody else took the shard further.
      ids.begin(11, rows(2, 5_001, 3, 4_000));
      assertThat(seen(ids, 1, 5_500)).isFalse();
      assertThat(seen(ids, 2, 5_500)).isTrue();
      assertThat(seen(ids, 3, 5_500)).isFalse();
      assertThat(told.gathered).isEqualTo(1);
    }
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids = recent.shard("s", WINDOW.multipliedBy(2));
      ids.begin(11, rows(3, 4_000));
      assertThat(seen(ids, 3, 5_500)).isTrue();
    }
  }

  @Test
  void spoiltFilesAreGatheredFromTheRows() throws IOException {
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids = begun(recent, 0, UNASKED);
      seen(ids, 1, 5_000);
      land(ids, 10);
    }
    List<Path> files;
    try (Stream<Path> found = Files.list(directory.resolve("ids"))) {
      files = found.filter(file -> !file.endsWith("LOCK")).toList();
    }
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < bytes.length; i += 2) {
        bytes[i] ^= 0x55;
      }
      Files.write(file, bytes);
    }
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids = begun(recent, 10, rows(2, 5_100));
      assertThat(seen(ids, 1, 5_500)).isFalse();
      assertThat(seen(ids, 2, 5_500)).isTrue();
      land(ids, 12);
    }
    try (RecentIds recent = open(PLENTY)) {
      assertThat(seen(begun(recent, 12, UNASKED), 2, 5_500)).isTrue();
    }
  }

  @Test
  void theFirstReceivedGoWhenTheBudgetIsSpentAndTheWindowSaysSo() {
    int most = 1_000;
    long budget = (long) most * RecentIds.BYTES_PER_ID;
    Duration known;
    try (RecentIds recent = open(budget)) {
      ShardIds ids = begun(recent, 0, UNASKED);
      for (int i = 0; i < 2 * most; i++) {
        assertThat(seen(ids, i, 10_000 + i / 4)).isFalse();
        if (i % 100 == 99) {
          land(ids, i + 1);
        }
      }
      assertThat(ids.ids()).isBetween(most * 3L / 4, (long) most);
      assertThat(told.forgotten).isEqualTo(2L * most - ids.ids());
      known = ids.known();
      assertThat(known).isBetween(Duration.ofMillis(most / 4 / 2), Duration.ofMillis(most / 4));
      assertThat(seen(ids, most + most / 2, 10_500)).isTrue();
      assertThat(seen(ids, 0, 10_500)).isFalse();
    }
    try (RecentIds recent = open(budget)) {
      ShardIds ids = begun(recent, 2L * most, UNASKED);
      assertThat(ids.known()).isEqualTo(known);
      // Time mends it.
      seen(ids, 9_999, 12_000);
      assertThat(ids.known()).isEqualTo(WINDOW);
    }
  }

  @Test
  void whatPassesOutOfTheWindowLeavesTheDisk() {
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids = begun(recent, 0, UNASKED);
      for (int i = 0; i < 10_000; i++) {
        seen(ids, i, 10_000 + i);
        if (i % 50 == 49) {
          land(ids, i + 1);
        }
      }
      assertThat(ids.ids()).isBetween(1_000L, 1_000L + 1_000 / RecentIds.PARTS + 50);
      assertThat(told.forgotten).isZero();
    }
  }

  @Test
  void rowsThatCannotBeReadBeginTheWindowAnew() {
    try (RecentIds recent = open(PLENTY)) {
      ShardIds ids =
          begun(
              recent,
              10,
              (since, taker) -> {
                taker.take(id(1), since);
                throw new IllegalStateException("no such file");
              });
      assertThat(seen(ids, 1, 5_000)).isFalse();
      assertThat(ids.known()).isZero();
      assertThat(told.notGathered).containsExactly("s: no such file");
      assertThat(seen(ids, 2, 5_400)).isFalse();
      assertThat(ids.known()).isEqualTo(Duration.ofMillis(400));
      assertThat(seen(ids, 2, 5_400)).isTrue();
    }
  }

  @Test
  void shardsKnowNothingOfEachOther() {
    try (RecentIds recent = open(PLENTY)) {
      ShardIds one = begun(recent, 0, UNASKED);
      ShardIds other = recent.shard("t", WINDOW);
      other.begin(0, UNASKED);
      seen(one, 1, 5_000);
      land(one, 1);
      assertThat(seen(other, 1, 5_000)).isFalse();
      land(other, 1);
      one.drop();
      assertThat(seen(other, 1, 5_000)).isTrue();
      one.begin(0, UNASKED);
      assertThat(seen(one, 1, 5_000)).isFalse();
    }
  }

  private RecentIds open(long budget) {
    return new RecentIds(directory.resolve("ids"), budget, told);
  }

  private static ShardIds begun(RecentIds recent, long offset, CommittedIds rows) {
    ShardIds ids = recent.shard("s", WINDOW);
    ids.begin(offset, rows);
    return ids;
  }

  private static void land(ShardIds ids, long offset) {
    ids.send();
    ids.landed(offset);
  }

  private static boolean seen(ShardIds ids, long number, long millis) {
    return ids.seen(id(number), millis);
  }

  private static IdHash id(long number) {
    return new IdHash().whole(number);
  }

  /** Rows as pairs of id and receipt. */
  private static CommittedIds rows(long... pairs) {
    return (since, taker) -> {
      for (int i = 0; i < pairs.length; i += 2) {
        if (pairs[i + 1] >= since) {
          taker.take(id(pairs[i]), pairs[i + 1]);
        }
      }
    };
  }
}
