package dev.sluice.ingest.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.table.SmallFiles.Candidate;
import dev.sluice.ingest.table.SmallFiles.Openness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SmallFilesTest {

  private static final long TARGET = 128 << 20;

  @Test
  void fewSmallFilesOfAnOpenPartitionAreLeftAlone() {
    assertThat(SmallFiles.choose(files(15, 700_000, Openness.OPEN), TARGET)).isEmpty();
    assertThat(SmallFiles.choose(files(16, 700_000, Openness.OPEN), TARGET).orElseThrow())
        .hasSize(16);
  }

  @Test
  void twoSmallFilesOfAClosedPartitionAreMerged() {
    assertThat(SmallFiles.choose(files(1, 700_000, Openness.CLOSED), TARGET)).isEmpty();
    assertThat(SmallFiles.choose(files(2, 700_000, Openness.CLOSED), TARGET).orElseThrow())
        .hasSize(2);
  }

  @Test
  void largeFilesAreNeverTouchedAgain() {
    assertThat(SmallFiles.choose(files(100, TARGET / 2, Openness.CLOSED), TARGET)).isEmpty();
  }

  @Test
  void aDayOfCommitsEndsInFewFilesAndEachRowIsWrittenAFewTimes() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<Candidate> files = new ArrayList<>();
    long came = 0;
    long written = 0;
    int most = 0;
    for (int commit = 0; commit < 8_640; commit++) {
      long bytes = 100_000L + random.nextInt(1_500_000);
      came += bytes;
      files.add(new Candidate("c" + commit, "day", Openness.OPEN, bytes));
      if (commit % 8 == 0) {
        written += merge(files, "m" + commit);
      }
      most = Math.max(most, files.size());
    }
    assertThat(most).as("seed %d", seed).isLessThan(200);
    assertThat(written).as("seed %d", seed).isLessThan(4 * came);
    List<Candidate> closed =
        new ArrayList<>(
            files.stream()
                .map(f -> new Candidate(f.location(), "day", Openness.CLOSED, f.bytes()))
                .toList());
    while (merge(closed, "z" + closed.size()) > 0) {
      // Until nothing is left to merge.
    }
    List<Long> sizes = closed.stream().map(Candidate::bytes).sorted().toList();
    assertThat(sizes.get(sizes.size() / 2)).as("seed %d", seed).isGreaterThan(64L << 20);
  }

  private static long merge(List<Candidate> files, String name) {
    Optional<List<Candidate>> chosen = SmallFiles.choose(files, TARGET);
    if (chosen.isEmpty()) {
      return 0;
    }
    long bytes = chosen.get().stream().mapToLong(Candidate::bytes).sum();
    assertThat(chosen.get()).hasSizeGreaterThan(1);
    files.removeAll(chosen.get());
    files.add(new Candidate(name, "day", chosen.get().get(0).open(), bytes));
    return bytes;
  }

  private static List<Candidate> files(int count, long bytes, Openness open) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Candidate("f" + i, "day", open, bytes))
        .toList();
  }
}
