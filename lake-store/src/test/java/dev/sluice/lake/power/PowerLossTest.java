package dev.sluice.lake.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power goes at thousands of moments. What the store's process did to its files is recorded,
 * what a disk may hold of it after a power loss is rebuilt, and a store is opened on that: it holds
 * all that had been acknowledged, whole.
 */
class PowerLossTest {
  private static final int CUTS = Integer.getInteger("power.cuts", 2400);
  private static final int CUTS_WHILE_OPENING = 25;

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
    System.out.println("PowerLossTest seed " + seed);
  }

  @AfterEach
  void clear() throws IOException {
    if (fast != null) {
      Trial.remove(fast);
    }
  }

  private Recording record(Workload... workloads) throws Exception {
    Path root = Files.createDirectory(fast.resolve("recorded"));
    List<String> arguments = new ArrayList<>(List.of(root.toString(), Long.toString(seed)));
    Arrays.stream(workloads).map(Workload::name).forEach(arguments::add);
    return recorder.record(Workload.Main.class, root, fast.resolve("record"), arguments);
  }

  @Test
  void whatWasAcknowledgedSurvivesAPowerLossAtAnyMoment() throws Exception {
    Recording recording = record(Workload.values());
    Disk disk = Disk.of(recording);
    checkNothingEscaped(recording, disk);
    Cuts cuts = new Cuts(recording, random);
    double weights = Arrays.stream(Workload.values()).mapToDouble(Workload::weight).sum();
    List<Trial> trials = new ArrayList<>();
    for (Workload each : Workload.values()) {
      History history = new History(recording, each);
      int share = (int) Math.round(CUTS * each.weight() / weights);
      for (Cut cut : cuts.within(history, share)) {
        trials.add(new Trial(disk, each.directory(), cut, history.at(cut.moment())));
      }
    }
    List<String> failures = Trial.runAll(trials, fast);
    System.out.printf(
        "PowerLossTest: %d cuts of %d calls%n", trials.size(), recording.calls().size());
    assertThat(failures).as("seed " + seed).isEmpty();
  }

  /** Nothing that changed a file escaped the recorder, the database's library included. */
  private static void checkNothingEscaped(Recording recording, Disk disk) throws IOException {
    assertThat(disk.unseen()).as("changes the recorder could not see").isEmpty();
    assertThat(recording.calls())
        .anyMatch(call -> call.kind() == Call.Kind.OPENED && call.path().endsWith(".log"))
        .anyMatch(call -> call.kind() == Call.Kind.UNLINKED && call.path().contains("/segments/"))
        .anyMatch(call -> call.kind() == Call.Kind.UNLINKED && call.path().endsWith(".sst"));
    Path rebuilt = Path.of(recording.root() + "-rebuilt");
    for (Workload each : Workload.values()) {
      disk.after(new Cut(disk.end(), Cut.Survival.EVERYTHING, 0), each.directory())
          .writeTo(rebuilt.resolve(each.directory()));
    }
    Map<String, ?> wanted = Disk.files(recording.root());
    Map<String, ?> found = Disk.files(rebuilt);
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach((path, bytes) -> assertThat(found.get(path).equals(bytes)).as(path).isTrue());
    Trial.remove(rebuilt);
  }

  @Test
  void thePowerMayGoAgainWhileTheStoreOpensAfterAPowerLoss() throws Exception {
    Recording recording = record(Workload.values());
    Disk disk = Disk.of(recording);
    Path root = Files.createDirectory(fast.resolve("again"));
    Path before = Files.createDirectory(fast.resolve("before"));
    Map<Workload, History.Standing> standings = new EnumMap<>(Workload.class);
    List<String> arguments = new ArrayList<>(List.of(root.toString()));
    for (Workload each : Workload.values()) {
      History history = new History(recording, each);
      Cut cut = new Cuts(recording, random).within(history, 1).get(0);
      standings.put(each, history.at(cut.moment()));
      for (Path place : List.of(root, before)) {
        disk.after(cut, each.directory()).writeTo(place.resolve(each.directory()));
      }
      arguments.add(each.name());
    }
    Recording opening =
        recorder.record(Workload.Opening.class, root, fast.resolve("record-again"), arguments);
    Disk after = Disk.of(before, opening);
    List<Trial> trials = new ArrayList<>();
    for (Workload each : Workload.values()) {
      History history = new History(opening, each);
      for (Cut cut : new Cuts(opening, random).within(history, CUTS_WHILE_OPENING)) {
        trials.add(new Trial(after, each.directory(), cut, standings.get(each)));
      }
    }
    assertThat(Trial.runAll(trials, fast)).as("seed " + seed).isEmpty();
  }

  /**
   * The test can find what it is for: with some syncs taken from the recording, things are lost.
   */
  @Test
  void aSyncLeftOutIsFoundOut() throws Exception {
    Recording recording = record(Workload.MEDIUM, Workload.PUBLISHES);
    for (Workload each : List.of(Workload.MEDIUM, Workload.PUBLISHES)) {
      // What is kept aside lies in files of its own.
      String places = each == Workload.MEDIUM ? "segments" : "files";
      assertThat(lostWithoutSyncsOf(recording, each, path -> path.endsWith(".log"))).isTrue();
      assertThat(lostWithoutSyncsOf(recording, each, path -> path.contains("/" + places + "/")))
          .isTrue();
      assertThat(lostWithoutSyncsOf(recording, each, path -> path.endsWith("/" + places))).isTrue();
      assertThat(lostWithoutSyncsOf(recording, each, path -> path.endsWith("/rows"))).isTrue();
      assertThat(lostWithoutSyncsOf(recording, each, path -> false)).isFalse();
    }
  }

  private boolean lostWithoutSyncsOf(Recording whole, Workload workload, Predicate<String> path)
      throws Exception {
    Recording recording = whole.withoutSyncsOf(path);
    Disk disk = Disk.of(recording);
    History history = new History(recording, workload);
    List<Trial> trials = new ArrayList<>();
    for (int moment : history.answered()) {
      Cut cut = new Cut(moment, Cut.Survival.SYNCED_ONLY, 0);
      trials.add(new Trial(disk, workload.directory(), cut, history.at(moment)));
    }
    return !Trial.runAll(trials, fast).isEmpty();
  }
}
