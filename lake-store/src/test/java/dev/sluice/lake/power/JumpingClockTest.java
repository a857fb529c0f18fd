package dev.sluice.lake.power;

import dev.sluice.lake.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions keep their order whatever the clock says: it jumps by an hour each time it is read. */
class JumpingClockTest {
  private static final List<Workload> WORK =
      List.of(Workload.VERSIONS, Workload.SMALL, Workload.MULTIPART, Workload.MEDIUM);

  @TempDir Path directory;
  private final long seed = Long.getLong("power.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private synchronized Instant jump() {
    now = now.plus(Duration.ofHours(random.nextInt(3) - 1L));
    return now;
  }

  private ObjectStore open(Path place, InstantSource clock) throws IOException {
    return ObjectStore.open(Workload.settings(place.resolve("objects")), clock, random);
  }

  @Test
  void noVersionIsLostOrOutOfOrderWhenTheClockJumps() throws Exception {
    System.out.println("JumpingClockTest seed " + seed);
    for (Workload each : WORK) {
      Path place = Files.createDirectory(directory.resolve(each.directory()));
      try (Answers answers = new Answers(place)) {
        try (ObjectStore store = open(place, this::jump)) {
          each.run(new Customer(store, answers, random.nextLong()));
        }
        History history = new History(place.resolve(Answers.FILE));
        for (int opening = 0; opening < 3; opening++) {
          try (ObjectStore store = open(place, this::jump)) {
            Inspection inspection = new Inspection(store, history.at(Integer.MAX_VALUE));
            inspection.run();
            if (opening == 2) {
              inspection.goOn();
            }
          }
        }
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + " " + each, e);
      }
    }
  }
}
