package dev.sluice.lake.power;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store's process is killed under every kind of work, and the process that opens it again is
 * killed as well, and again: what was acknowledged is there, of all durability levels.
 */
class KilledProcessTest {
  private static final int ROUNDS = 5;

  @TempDir Path temporary;
  private final long seed = Long.getLong("power.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private Path fast;

  @BeforeEach
  void prepare() throws IOException {
    fast = Recorder.fastDirectory(temporary);
    System.out.println("KilledProcessTest seed " + seed);
  }

  @AfterEach
  void clear() throws IOException {
    Trial.remove(fast);
  }

  private static void killedAfter(int millis, ProcessBuilder builder) throws Exception {
    Process process =
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    process.waitFor(millis, TimeUnit.MILLISECONDS);
    process.destroyForcibly().waitFor();
  }

  @Test
  void whatWasAcknowledgedSurvivesKillsUnderLoadAndWhileOpening() throws Exception {
    int answers = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Path root = Files.createDirectory(fast.resolve("round" + round));
      List<Workload> order = new ArrayList<>(Arrays.asList(Workload.values()));
      Collections.shuffle(order, random);
      if (round % 2 == 0) {
        // Drawn by lot alone it would seldom have begun when the process is killed.
        Collections.swap(order, 0, order.indexOf(Workload.PUBLISHES));
      }
      List<String> arguments =
          new ArrayList<>(List.of(root.toString(), Long.toString(random.nextLong())));
      order.forEach(each -> arguments.add(each.name()));
      killedAfter(400 + random.nextInt(1500), Recorder.process(Workload.Main.class, arguments));
      List<Workload> begun =
          order.stream()
              .filter(each -> Files.exists(root.resolve(each.directory()).resolve(Answers.FILE)))
              .toList();
      for (int opening = 0; opening < 2; opening++) {
        List<String> again = new ArrayList<>(List.of(root.toString()));
        begun.forEach(each -> again.add(each.name()));
        Collections.shuffle(again.subList(1, again.size()), random);
        killedAfter(150 + random.nextInt(400), Recorder.process(Workload.Opening.class, again));
      }
      for (Workload each : begun) {
        answers += inspect(root.resolve(each.directory()), each);
      }
    }
    System.out.println("KilledProcessTest: " + answers + " answers kept");
  }

  private int inspect(Path directory, Workload workload) throws IOException {
    History history = new History(directory.resolve(Answers.FILE));
    try {
      Trial.inspect(directory, history.at(Integer.MAX_VALUE));
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + " " + workload, e);
    }
    return history.answered().size();
  }
}
