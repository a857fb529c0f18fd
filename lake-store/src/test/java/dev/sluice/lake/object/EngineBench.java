package dev.sluice.lake.object;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many objects a second the engine takes, without HTTP. Prints; asserts nothing. */
@Tag("bench")
class EngineBench {
  private static final long SECONDS = Long.getLong("bench.seconds", 5);
  private static final int THREADS = Integer.getInteger("bench.threads", 16);

  private static final Durability LEVEL =
      Durability.valueOf(System.getProperty("bench.durability", "SYNC"));

  @TempDir Path directory;

  private static ObjectSettings settings(Path where) {
    return ObjectSettings.in(where);
  }

  @Test
  void putsPerSecond() throws Exception {
    for (int size : new int[] {4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20}) {
      run(directory.resolve("size" + size), size);
    }
  }

  @Test
  void aMillionObjects() throws Exception {
    million(directory, Integer.getInteger("bench.objects", 1_000_000));
  }

  static void million(Path where, int objects) throws Exception {
    try (ObjectStore store =
        ObjectStore.open(settings(where), InstantSource.system(), new Random(1))) {
      store.createBucket("bench", "");
      store.durability("bench", Durability.NONE);
      byte[] bytes = new byte[1024];
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<?>> work = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread;
        work.add(
            threads.submit(
                () -> {
                  for (int at = first; at < objects; at += THREADS) {
                    put(store, String.format("key/%09d", at), bytes);
                    if (at == 10_000) {
                      page(store, at);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> each : work) {
        each.get();
      }
      threads.shutdown();
      memory("after writing");
    }
    long started = System.nanoTime();
    try (ObjectStore store =
        ObjectStore.open(settings(where), InstantSource.system(), new Random(1))) {
      System.out.printf("restart %.0f ms%n", (System.nanoTime() - started) / 1e6);
      for (int at = 0; at < 5; at++) {
        page(store, objects);
      }
      memory("after restart");
    }
  }

  private static void page(ObjectStore store, int objects) {
    long started = System.nanoTime();
    int found = store.list("bench", new Listing.Query("", "", "", 1000)).entries().size();
    System.out.printf(
        "a page of %d of %d keys: %.1f ms%n", found, objects, (System.nanoTime() - started) / 1e6);
  }

  private static void memory(String when) throws IOException {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    String resident =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .findFirst()
            .orElse("");
    System.out.printf(
        "%s: heap %d MiB, %s%n",
        when, (runtime.totalMemory() - runtime.freeMemory()) >> 20, resident);
  }

  static void run(Path where, int size) throws Exception {
    Files.createDirectories(where);
    try (ObjectStore store =
        ObjectStore.open(settings(where), InstantSource.system(), new Random(1))) {
      store.createBucket("bench", "");
      store.durability("bench", LEVEL);
      measure(store, "warm", size, 1);
      long started = System.nanoTime();
      long done = measure(store, "run", size, SECONDS);
      double seconds = (System.nanoTime() - started) / 1e9;
      System.out.printf(
          "put %7d bytes, %d threads: %8.0f/s, %7.1f MiB/s%n",
          size, THREADS, done / seconds, done / seconds * size / (1 << 20));
    }
  }

  private static long measure(ObjectStore store, String prefix, int size, long seconds)
      throws Exception {
    byte[] bytes = new byte[size];
    new Random(2).nextBytes(bytes);
    AtomicLong done = new AtomicLong();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> work = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      String mine = prefix + "/" + thread + "/";
      work.add(
          threads.submit(
              () -> {
                for (long at = 0; System.nanoTime() < end; at++) {
                  put(store, mine + at, bytes);
                  done.incrementAndGet();
                }
                return null;
              }));
    }
    for (Future<?> each : work) {
      each.get();
    }
    threads.shutdown();
    return done.get();
  }

  private static void put(ObjectStore store, String key, byte[] bytes) throws IOException {
    try (IncomingBody body = store.receive(Set.of())) {
      body.accept(ByteBuffer.wrap(bytes));
      body.finish();
      store.put("bench", key, body, Attributes.none(), Condition.none());
    }
  }

  public static void main(String[] args) throws Exception {
    if (args.length == 1) {
      million(Path.of(args[0]), Integer.getInteger("bench.objects", 1_000_000));
    }
    for (int at = 1; at < args.length; at++) {
      run(Path.of(args[0]).resolve("size" + args[at]), Integer.parseInt(args[at]));
    }
  }
}
