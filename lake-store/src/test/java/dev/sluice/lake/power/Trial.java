package dev.sluice.lake.power;

import dev.sluice.lake.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A store opened on what the disk holds after a power loss.
 *
 * @param directory of the workload, below the recording's root
 * @param standing what the store must hold
 */
record Trial(Disk disk, String directory, Cut cut, History.Standing standing) {
  private static final int ENOUGH_FAILURES = 20;

  /** What was wrong, if anything. */
  Optional<String> run(Path place) throws IOException {
    try {
      disk.after(cut, directory).writeTo(place);
      if (new Random(cut.seed()).nextInt(8) == 0) {
        try (ObjectStore store = open(place)) {
          new Inspection(store, standing).run();
        }
      }
      inspect(place, standing);
      return Optional.empty();
    } catch (IOException | RuntimeException | AssertionError e) {
      return Optional.of(directory + " " + cut + ": " + e);
    } finally {
      remove(place);
    }
  }

  /** Opens the store of a workload's directory and compares it with what it must hold. */
  static void inspect(Path place, History.Standing standing) throws IOException {
    try (ObjectStore store = open(place)) {
      Inspection inspection = new Inspection(store, standing);
      inspection.run();
      inspection.goOn();
    }
  }

  private static ObjectStore open(Path place) throws IOException {
    return ObjectStore.open(
        Workload.settings(place.resolve("objects")), InstantSource.system(), new Random());
  }

  /** Runs all, several at a time, until enough went wrong; what did. */
  static List<String> runAll(List<Trial> trials, Path place) throws Exception {
    ConcurrentLinkedQueue<Trial> waiting = new ConcurrentLinkedQueue<>(trials);
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    int threads = Math.min(4, Runtime.getRuntime().availableProcessors());
    ExecutorService inspectors = Executors.newFixedThreadPool(threads);
    List<Future<?>> running = new ArrayList<>();
    for (int at = 0; at < threads; at++) {
      Path own = place.resolve("trial" + at);
      running.add(
          inspectors.submit(
              () -> {
                for (Trial trial = waiting.poll();
                    trial != null && failures.size() < ENOUGH_FAILURES;
                    trial = waiting.poll()) {
                  trial.run(own).ifPresent(failures::add);
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

  static void remove(Path directory) throws IOException {
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
