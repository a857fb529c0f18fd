package dev.sluice.lake.bench;

import dev.sluice.lake.object.Attributes;
import dev.sluice.lake.object.Condition;
import dev.sluice.lake.object.Durability;
import dev.sluice.lake.object.IncomingBody;
import dev.sluice.lake.object.ObjectSettings;
import dev.sluice.lake.object.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a store of a million objects takes: to start, cleanly stopped and killed; to list a page;
 * and of memory. The objects are put by the engine itself, not over HTTP, at durability {@code
 * none}: that is not what is measured. Run with {@code -Pbench}; written to {@code
 * target/bench/million.md}.
 */
@Tag("bench")
class MillionObjectsTest {
  private static final int OBJECTS = Integer.getInteger("bench.objects", 1_000_000);
  private static final int WRITERS = 4;
  private static final int SECONDS = 5;

  @TempDir Path home;

  @Test
  void aStoreOfAMillionObjects() throws Exception {
    fill();
    Contenders contenders = new Contenders(home, Path.of("target/bench/peers"));
    StringBuilder out = new StringBuilder();
    long begin = System.nanoTime();
    try (Contender ours = contenders.ours(List.of())) {
      line(out, "process started to port open, after a clean stop: %.2f s", since(begin));
      String[] targets = {
        ours.target("GET", "/lake", "list-type=2", Instant.now()),
        ours.target("GET", "/lake", "list-type=2&start-after=" + key(OBJECTS / 2), Instant.now()),
        ours.target("GET", "/lake", "list-type=2&delimiter=%2F", Instant.now())
      };
      String[] names = {"first page of 1,000", "a page from the middle", "delimiter listing"};
      Wrk wrk = new Wrk(home);
      for (int each = 0; each < targets.length; each++) {
        Wrk.Load load = wrk.load("list" + each, "GET", List.of(targets[each]), List.of());
        wrk.run(ours.child().endpoint(), load, 0, 1, SECONDS);
        Wrk.Figures figures = wrk.run(ours.child().endpoint(), load, 0, 1, SECONDS);
        line(
            out,
            "%s: %.2f ms on average, p99 %.2f ms",
            names[each],
            1000 / figures.rate(),
            figures.p99Micros() / 1e3);
      }
      line(out, "resident memory: %d MiB", ours.child().residentMiB());
      line(out, "heap in use after a collection: %d MiB", heapMiB(ours.child().pid()));
      ours.child().kill();
    }
    begin = System.nanoTime();
    try (Contender ours = contenders.ours(List.of())) {
      line(out, "process started to port open, after a kill: %.2f s", since(begin));
      ours.send("GET", "/lake/" + key(OBJECTS - 1), "", new byte[0]);
    }
    System.out.print(out);
    Files.writeString(Files.createDirectories(Path.of("target/bench")).resolve("million.md"), out);
  }

  private static void line(StringBuilder out, String form, Object... values) {
    out.append("- ").append(String.format(Locale.ROOT, form, values)).append('\n');
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private static String key(int number) {
    return String.format(Locale.ROOT, "%03d/key-%08d", number / 1000, number);
  }

  private void fill() throws Exception {
    Path directory = Files.createDirectories(home.resolve("ours"));
    try (ObjectStore store =
        ObjectStore.open(
            ObjectSettings.in(directory),
            InstantSource.system(),
            RandomGenerator.of("SecureRandom"))) {
      store.createBucket("lake", "us-east-1");
      store.durability("lake", Durability.NONE);
      ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
      List<Future<?>> work = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int first = writer;
        work.add(
            writers.submit(
                () -> {
                  for (int number = first; number < OBJECTS; number += WRITERS) {
                    put(store, key(number));
                  }
                  return null;
                }));
      }
      for (Future<?> each : work) {
        each.get();
      }
      writers.shutdown();
    }
  }

  private static void put(ObjectStore store, String key) throws IOException {
    try (IncomingBody body = store.receive(Set.of())) {
      body.accept(ByteBuffer.wrap(("bytes of " + key).getBytes(StandardCharsets.UTF_8)));
      body.finish();
      store.put("lake", key, body, Attributes.none(), Condition.none());
    }
  }

  /** Asks the Java machine to collect, and then what is left. */
  private long heapMiB(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    for (String line : jcmd(pid, "GC.heap_info")) {
      int used = line.indexOf("used ");
      if (line.contains("heap") && used >= 0) {
        return Long.parseLong(line.substring(used + 5, line.indexOf('K', used))) >> 10;
      }
    }
    throw new IOException("no heap information");
  }

  private List<String> jcmd(long pid, String command) throws IOException, InterruptedException {
    Path output = home.resolve("jcmd.out");
    String jcmd = Path.of(Child.java()).resolveSibling("jcmd").toString();
    int exit =
        new ProcessBuilder(jcmd, Long.toString(pid), command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IOException(Files.readString(output));
    }
    return Files.readAllLines(output);
  }
}
