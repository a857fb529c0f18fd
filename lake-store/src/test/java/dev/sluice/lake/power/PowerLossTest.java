package dev.sluice.lake.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.lake.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
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

  @TempDir Path temporary;
  private final long seed = Long.getLong("power.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private Recorder recorder;
  private Path fast;

  private record Task(Disk disk, Workload workload, History history, Cut cut) {}

  @BeforeEach
  void build() throws Exception {
    Optional<Recorder> built = Recorder.build(temporary);
    assumeTrue(built.isPresent(), "skipped: there is no gcc to build the recorder with");
    recorder = built.get();
    fast = Recorder.fastDirectory(temporary);
  }

  @AfterEach
  void clear() throws IOException {
    if (fast != null) {
      remove(fast);
    }
  }

  @Test
  void whatWasAcknowledgedSurvivesAPowerLossAtAnyMoment() throws Exception {
    System.out.println("PowerLossTest seed " + seed);
    Path root = Files.createDirectory(fast.resolve("recorded"));
    List<String> arguments = new ArrayList<>(List.of(root.toString(), Long.toString(seed)));
    Arrays.stream(Workload.values()).map(Workload::name).forEach(arguments::add);
    long began = System.nanoTime();
    Recording recording =
        recorder.record(Workload.Main.class, root, fast.resolve("record"), arguments);
    Disk disk = Disk.of(recording);
    checkRecording(recording, disk, root);
    System.out.printf(
        "PowerLossTest recorded %d calls in %d ms%n",
        recording.calls().size(), (System.nanoTime() - began) / 1_000_000);
    remove(root);
    List<Task> tasks = new ArrayList<>();
    double weights = Arrays.stream(Workload.values()).mapToDouble(Workload::weight).sum();
    for (Workload each : Workload.values()) {
      History history = new History(recording, each);
      int share = (int) Math.round(CUTS * each.weight() / weights);
      for (Cut cut : cuts(recording, history, share)) {
        tasks.add(new Task(disk, each, history, cut));
      }
    }
    List<String> failures = inspect(tasks);
    System.out.printf(
        "PowerLossTest cut %d times in %d ms%n",
        tasks.size(), (System.nanoTime() - began) / 1_000_000);
    assertThat(failures).as("seed " + seed).isEmpty();
  }

  /** Nothing that changed a file escaped the recorder, the database's library included. */
  private static void checkRecording(Recording recording, Disk disk, Path root) throws IOException {
    assertThat(disk.unseen()).as("changes the recorder could not see").isEmpty();
    assertThat(recording.calls())
        .anyMatch(call -> call.kind() == Call.Kind.OPENED && call.path().endsWith(".log"))
        .anyMatch(call -> call.kind() == Call.Kind.OPENED && call.path().contains("/drafts/"));
    Path rebuilt = Path.of(root + "-rebuilt");
    for (Workload each : Workload.values()) {
      disk.after(new Cut(disk.end(), Cut.Survival.EVERYTHING, 0), each.directory())
          .writeTo(rebuilt.resolve(each.directory()));
    }
    Map<String, ?> wanted = Disk.files(root);
    Map<String, ?> found = Disk.files(rebuilt);
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach((path, bytes) -> assertThat(found.get(path).equals(bytes)).as(path).isTrue());
    remove(rebuilt);
  }

  /** Half of them just after an answer, the others beside syncs and changes of names. */
  private List<Cut> cuts(Recording recording, History history, int count) {
    List<Integer> answered = history.answered();
    List<Integer> points = new ArrayList<>();
    for (int moment = history.first(); moment <= history.last(); moment++) {
      switch (recording.calls().get(moment).kind()) {
        case SYNC_DONE, RENAMED, UNLINKED, LINKED, TRUNCATED -> {
          points.add(moment);
          points.add(moment + 1);
        }
        default -> {}
      }
    }
    List<Cut> cuts = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      int moment =
          switch (random.nextInt(5)) {
            case 0, 1 -> answered.get(random.nextInt(answered.size()));
            case 2, 3 -> points.get(random.nextInt(points.size()));
            default -> history.first() + random.nextInt(history.last() - history.first() + 2);
          };
      Cut.Survival survival =
          switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> Cut.Survival.SYNCED_ONLY;
            case 4 -> Cut.Survival.EVERYTHING;
            case 5, 6 -> Cut.Survival.IN_ORDER;
            default -> Cut.Survival.ANY;
          };
      cuts.add(new Cut(moment, survival, random.nextLong()));
    }
    return cuts;
  }

  private List<String> inspect(List<Task> tasks) throws Exception {
    ConcurrentLinkedQueue<Task> waiting = new ConcurrentLinkedQueue<>(tasks);
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    int threads = Math.min(4, Runtime.getRuntime().availableProcessors());
    ExecutorService inspectors = Executors.newFixedThreadPool(threads);
    List<Future<?>> running = new ArrayList<>();
    for (int at = 0; at < threads; at++) {
      Path directory = fast.resolve("cut" + at);
      running.add(
          inspectors.submit(
              () -> {
                for (Task task = waiting.poll();
                    task != null && failures.size() < 20;
                    task = waiting.poll()) {
                  inspect(task, directory).ifPresent(failures::add);
                  remove(directory);
                }
                return true;
              }));
    }
    inspectors.shutdown();
    for (Future<?> each : running) {
      each.get();
    }
    return List.copyOf(failures);
  }

  private Optional<String> inspect(Task task, Path directory) {
    try {
      task.disk().after(task.cut(), task.workload().directory()).writeTo(directory);
      History.Standing standing = task.history().at(task.cut().moment());
      Path objects = directory.resolve("objects");
      try (ObjectStore store = open(objects)) {
        Inspection inspection = new Inspection(store, standing);
        inspection.run();
        inspection.goOn();
      }
      return Optional.empty();
    } catch (IOException | RuntimeException | AssertionError e) {
      return Optional.of(task.workload() + " " + task.cut() + ": " + e);
    }
  }

  private static ObjectStore open(Path objects) throws IOException {
    return ObjectStore.open(Workload.settings(objects), InstantSource.system(), new Random());
  }

  private static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
