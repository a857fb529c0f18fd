package dev.sluice.lake.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes and syncs fail while the store works, then the power goes: what it acknowledged before and
 * after is there. A sync that failed says nothing of what it was to save, and neither does the next
 * one that goes well, so a store that just tries again is found out.
 */
class FailingDiskTest {
  /** Each after those calls that opening a new store and making a bucket need. */
  private static final List<Fault> FAULTS =
      List.of(
          new Fault(Fault.Call.SYNC, Fault.Error.IO, "/rows/", 16, 1),
          new Fault(Fault.Call.SYNC, Fault.Error.IO, ".log", 16, 3),
          new Fault(Fault.Call.SYNC, Fault.Error.IO, "/files/", 0, 2),
          new Fault(Fault.Call.SYNC, Fault.Error.IO, "/segments/", 0, 2),
          new Fault(Fault.Call.WRITE, Fault.Error.NO_SPACE, "/segments/", 0, 2),
          new Fault(Fault.Call.WRITE, Fault.Error.NO_SPACE, ".log", 16, 1),
          new Fault(Fault.Call.WRITE, Fault.Error.NO_SPACE, "objects/", 50, 20),
          new Fault(Fault.Call.WRITE, Fault.Error.IO, "/files/", 0, 2));

  @TempDir Path temporary;
  private final long seed = Long.getLong("power.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private Recorder recorder;
  private Path fast;

  @BeforeEach
  void build() throws Exception {
    Optional<Recorder> built = Recorder.build(temporary);
    assumeTrue(built.isPresent(), "skipped: there is no gcc to build the recorder with");
    recorder = built.get();
    fast = Recorder.fastDirectory(temporary);
    System.out.println("FailingDiskTest seed " + seed);
  }

  @AfterEach
  void clear() throws IOException {
    if (fast != null) {
      Trial.remove(fast);
    }
  }

  @Test
  void nothingIsAcknowledgedThatAFailedWriteOrSyncLost() throws Exception {
    for (Fault each : FAULTS) {
      Fault fault = each.after(random.nextInt(12));
      assertThat(lost(fault)).as("seed " + seed + " " + fault).isEmpty();
    }
  }

  private List<String> lost(Fault fault) throws Exception {
    Path place = Files.createTempDirectory(fast, "fault");
    Path root = Files.createDirectory(place.resolve("recorded"));
    Path faults = place.resolve("fault");
    fault.arm(faults);
    Recording recording =
        recorder.record(
            Workload.Main.class,
            root,
            place.resolve("record"),
            List.of(root.toString(), Long.toString(seed), Workload.ATTEMPTS.name()),
            Map.of("RECORD_FAULT", faults.toString()));
    assertThat(Fault.left(faults)).as("times left of " + fault).isLessThan(fault.times());
    History history = new History(recording, Workload.ATTEMPTS);
    System.out.printf("FailingDiskTest: %d answers with %s%n", history.answered().size(), fault);
    Disk disk = Disk.of(recording);
    List<Trial> trials = new ArrayList<>();
    for (int moment : history.answered()) {
      Cut cut = new Cut(moment, Cut.Survival.SYNCED_ONLY, 0);
      trials.add(new Trial(disk, Workload.ATTEMPTS.directory(), cut, history.at(moment)));
    }
    for (Cut cut : new Cuts(recording, random).within(history, 40)) {
      trials.add(new Trial(disk, Workload.ATTEMPTS.directory(), cut, history.at(cut.moment())));
    }
    return Trial.runAll(trials, place);
  }
}
