package dev.sluice.lake.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system of a few megabytes gets full under the store: it refuses writes and answers reads,
 * loses nothing it acknowledged, and goes on when space returns.
 */
class FullDiskTest {
  private static final int BALLAST = 8 << 20;

  @TempDir Path temporary;
  private final long seed = Long.getLong("power.seed", new Random().nextLong());
  private Optional<SmallDisk> mounted = Optional.empty();
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    System.out.println("FullDiskTest seed " + seed);
    mounted = SmallDisk.mount(temporary, 40);
    assumeTrue(mounted.isPresent(), SmallDisk.SKIPPED);
    disk = mounted.get().path();
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted.isPresent()) {
      mounted.get().unmount();
    }
  }

  private ObjectStore open() throws IOException {
    return ObjectStore.open(
        Workload.settings(disk.resolve("objects")), InstantSource.system(), new Random(seed));
  }

  @Test
  void aFullDiskRefusesWritesAndLosesNothingAndRecovers() throws Exception {
    Path ballast = Files.write(disk.resolve("ballast"), new byte[BALLAST]);
    Path others = disk.resolve("others");
    int refused;
    try (Answers answers = new Answers(temporary)) {
      try (ObjectStore store = open()) {
        Customer customer = new Customer(store, answers, seed);
        customer.bucket(Workload.BUCKET, Bucket.Versioning.OFF);
        refused = fill(customer, 0);
        inspect(store);
        // Somebody else takes what the store had left for itself, in the middle of its writes.
        Files.delete(ballast);
        customer.put(Workload.BUCKET, "between", 60_000);
        SmallDisk.takeAllSpace(others);
        refused += fill(customer, 1);
        inspect(store);
        assertThat(customer.refusals()).allMatch(each -> each.contains("StoreException"));
        Files.delete(others);
        assertThatCode(
                () -> {
                  for (int at = 0; at < 30; at++) {
                    customer.put(Workload.BUCKET, "after" + at, SIZES[at % SIZES.length]);
                  }
                })
            .as("writes after space returned, seed " + seed)
            .doesNotThrowAnyException();
        inspect(store);
      }
      try (ObjectStore store = open()) {
        inspect(store);
      }
    }
    assertThat(refused).as("refused").isGreaterThan(0);
  }

  private static final int[] SIZES = {60_000, 1_000, 300_000, 4_000};

  /** Writes until nothing of any size is taken any more; how much was refused. */
  private static int fill(Customer customer, int round) {
    int refused = 0;
    int inOrder = 0;
    for (int at = 0; at < 20_000 && inOrder < 40; at++) {
      String key = "full" + round + "-" + at;
      boolean taken = customer.attempt(Workload.BUCKET, key, SIZES[at % SIZES.length]);
      inOrder = taken ? 0 : inOrder + 1;
      refused += taken ? 0 : 1;
    }
    return refused;
  }

  private void inspect(ObjectStore store) throws IOException {
    History history = new History(temporary.resolve(Answers.FILE));
    try {
      new Inspection(store, history.at(Integer.MAX_VALUE)).run();
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }
}
