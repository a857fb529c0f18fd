package dev.sluice.lake.bench;

import dev.sluice.lake.bench.Race.Case;
import dev.sluice.lake.bench.Race.Lane;
import dev.sluice.lake.bench.Race.Unit;
import dev.sluice.lake.s3.StoreProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the promises cost: a PUT at each level of durability, a GET verified once or each time,
 * beside what the machine's disk and one of its cores can do. Run with {@code -Pbench}; printed and
 * written to {@code target/bench/promises.md}.
 */
@Tag("bench")
class PromiseCostTest {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
  private static final int SECONDS = Integer.getInteger("bench.seconds", 4);
  private static final String ONLY = System.getProperty("bench.only", "");
  private static final List<String> LEVELS = List.of("sync", "batch", "none");
  private static final List<String> READS = List.of("first-read", "every-read");

  /** Sizes to be written: within a row, in a segment, a file of its own. */
  private static final List<Size> WRITTEN =
      List.of(new Size(4, 16, 50_000), new Size(100, 16, 10_000), new Size(8 << 10, 2, 16));

  /** Sizes to be read. */
  private static final List<Size> READ =
      List.of(new Size(4, 16, 200), new Size(100, 16, 200), new Size(64 << 10, 2, 1));

  @TempDir Path home;
  private Wrk wrk;

  /** Objects of so many KiB, on so many connections, and of how many keys. */
  private record Size(int kibibytes, int connections, int keys) {
    String title() {
      return kibibytes < 1 << 10 ? kibibytes + " KiB" : (kibibytes >> 10) + " MiB";
    }

    Unit unit() {
      return kibibytes < 1 << 10 ? Unit.REQUESTS : new Unit("MiB/s", kibibytes / 1024.0);
    }

    List<String> paths(String bucket) {
      List<String> paths = new ArrayList<>(keys);
      for (int each = 0; each < keys; each++) {
        paths.add("/" + bucket + "/" + kibibytes + "/" + each);
      }
      return paths;
    }
  }

  @BeforeEach
  void driver() throws IOException {
    wrk = new Wrk(home);
  }

  @Test
  void durabilityAndVerification() throws Exception {
    Contenders contenders = new Contenders(home, home);
    try (Contender once = contenders.ours(READS.get(0), verifying(READS.get(0)));
        Contender always = contenders.ours(READS.get(1), verifying(READS.get(1)))) {
      Race race = new Race(wrk, ROUNDS, SECONDS);
      for (String level : LEVELS) {
        once.send("PUT", "/" + level, "", new byte[0]);
        byte[] setting =
            ("<Durability>" + level + "</Durability>").getBytes(StandardCharsets.UTF_8);
        once.send("PUT", "/" + level, "sluice-durability=", setting);
      }
      for (Contender each : List.of(once, always)) {
        each.send("PUT", "/read", "", new byte[0]);
      }
      for (Size each : WRITTEN) {
        add(race, puts(each, once));
      }
      for (Size each : READ) {
        add(race, gets(each, List.of(once, always)));
      }
      Baseline before = Baseline.measure(home);
      race.run();
      String said =
          String.join(
              "\n",
              race.table(),
              "Before: " + before + ".",
              "",
              "After: " + Baseline.measure(home) + ".",
              "");
      System.out.print(said);
      Files.writeString(
          Files.createDirectories(Path.of("target", "bench")).resolve("promises.md"), said);
    }
  }

  private static List<String> verifying(String when) {
    return List.of("-D" + StoreProcess.VERIFY + "=" + when);
  }

  private static void add(Race race, Case each) {
    if (each.id().contains(ONLY)) {
      race.add(each);
    }
  }

  private Path body(Size size) throws IOException {
    byte[] bytes = new byte[size.kibibytes() << 10];
    new Random(7).nextBytes(bytes);
    return Files.write(home.resolve(size.kibibytes() + ".body"), bytes);
  }

  private Case puts(Size size, Contender store) throws IOException {
    List<Path> body = List.of(body(size));
    List<Lane> lanes = new ArrayList<>();
    for (String level : LEVELS) {
      lanes.add(lane(level, size, store, "PUT", level, body));
    }
    return new Case("put-" + size.kibibytes(), size.title() + " PUT", size.unit(), lanes);
  }

  private Case gets(Size size, List<Contender> stores) throws Exception {
    byte[] bytes = Files.readAllBytes(body(size));
    List<Lane> lanes = new ArrayList<>();
    for (Contender each : stores) {
      for (String path : size.paths("read")) {
        each.send("PUT", path, "", bytes);
      }
      lanes.add(lane(each.name(), size, each, "GET", "read", List.of()));
    }
    return new Case("get-" + size.kibibytes(), size.title() + " GET", size.unit(), lanes);
  }

  private Lane lane(
      String name, Size size, Contender store, String method, String bucket, List<Path> body)
      throws IOException {
    Instant now = Instant.now();
    List<String> targets = new ArrayList<>();
    for (String path : size.paths(bucket)) {
      targets.add(store.target(method, path, "", now));
    }
    Wrk.Load load = wrk.load(name + method + size.kibibytes(), method, targets, body);
    return new Lane(name, store, load, size.connections());
  }
}
