package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.object.Listing;
import dev.sluice.lake.object.ObjectReader;
import dev.sluice.lake.object.ObjectSettings;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.OpenObject;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A store in a process of its own is killed while four clients write, replace and delete.
 * Afterwards every key holds what was last acknowledged, or what was on its way when the kill came:
 * whole, never a mixture, never nothing.
 */
class KilledStoreTest {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 4;
  private static final int[] SIZES = {0, 100, 4_096, 4_097, 50_000, 400_000};

  @TempDir Path directory;
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  /**
   * What a key may hold: the last state acknowledged, and one more while a request is under way.
   */
  private record State(long acknowledged, Optional<Long> underway) {}

  /** State 0 is "no object"; any other is the seed of the object's bytes. */
  private final Map<String, State> states = new ConcurrentHashMap<>();

  private static byte[] bytes(long state) {
    Random source = new Random(state);
    byte[] bytes = new byte[SIZES[source.nextInt(SIZES.length)]];
    source.nextBytes(bytes);
    return bytes;
  }

  @Test
  void everyAcknowledgedObjectSurvivesAKillAndNoneIsTorn() throws Exception {
    System.out.println("KilledStoreTest seed " + seed);
    for (int round = 0; round < ROUNDS; round++) {
      Process process = startProcess();
      URI endpoint = ready(process);
      CountDownLatch acknowledged = new CountDownLatch(20 + random.nextInt(100));
      ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
      for (int writer = 0; writer < WRITERS; writer++) {
        int number = writer;
        long writerSeed = random.nextLong();
        writers.execute(() -> write(endpoint, number, new Random(writerSeed), acknowledged));
      }
      assertThat(acknowledged.await(60, TimeUnit.SECONDS)).as("seed " + seed).isTrue();
      LockSupport.parkNanos(random.nextInt(20_000_000));
      process.destroyForcibly().waitFor();
      writers.shutdown();
      assertThat(writers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      verify();
    }
  }

  private Process startProcess() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            StoreProcess.class.getName(),
            directory.toString(),
            "0")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static URI ready(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("READY ")) {
        return URI.create(line.split(" ", -1)[1]);
      }
    }
    throw new IOException("the store did not start");
  }

  private void write(URI endpoint, int writer, Random choice, CountDownLatch acknowledged) {
    try (S3Client s3 = LocalS3.client(endpoint, LocalS3.KEY)) {
      if (writer == 0 && states.isEmpty()) {
        s3.createBucket(each -> each.bucket("lake"));
      } else {
        s3.waiter().waitUntilBucketExists(each -> each.bucket("lake"));
      }
      while (true) {
        String key = writer + "/" + choice.nextInt(15);
        State before = states.getOrDefault(key, new State(0, Optional.empty()));
        long next = choice.nextInt(8) == 0 ? 0 : choice.nextLong() | 1;
        states.put(key, new State(before.acknowledged(), Optional.of(next)));
        if (next == 0) {
          s3.deleteObject(each -> each.bucket("lake").key(key));
        } else {
          s3.putObject(each -> each.bucket("lake").key(key), RequestBody.fromBytes(bytes(next)));
        }
        states.put(key, new State(next, Optional.empty()));
        acknowledged.countDown();
      }
    } catch (SdkException e) {
      // The kill: the request under way stays unknown.
    }
  }

  private void verify() throws IOException {
    try (ObjectStore store =
        ObjectStore.open(ObjectSettings.in(directory), InstantSource.system(), new Random(seed))) {
      List<String> found = new ArrayList<>();
      store
          .list("lake", new Listing.Query("", "", "", 1000))
          .entries()
          .forEach(entry -> found.add(entry.key()));
      assertThat(states.keySet()).as("seed " + seed).containsAll(found);
      long inFiles = 0;
      store.sweptFiles();
      for (Map.Entry<String, State> each : states.entrySet()) {
        State state = each.getValue();
        Optional<byte[]> held = read(store, each.getKey());
        boolean asAcknowledged = holds(held, state.acknowledged());
        boolean asUnderway = state.underway().filter(next -> holds(held, next)).isPresent();
        assertThat(asAcknowledged || asUnderway)
            .as("seed " + seed + " key " + each.getKey() + " is torn or lost")
            .isTrue();
        long now = asAcknowledged ? state.acknowledged() : state.underway().orElseThrow();
        each.setValue(new State(now, Optional.empty()));
        inFiles += held.filter(bytes -> bytes.length > 256 << 10).isPresent() ? 1 : 0;
      }
      assertThat(files()).as("seed " + seed).isEqualTo(inFiles);
    }
  }

  private static boolean holds(Optional<byte[]> held, long state) {
    return state == 0
        ? held.isEmpty()
        : held.isPresent() && Arrays.equals(held.get(), bytes(state));
  }

  private static Optional<byte[]> read(ObjectStore store, String key) throws IOException {
    Optional<OpenObject> open = store.open("lake", key, Optional.empty());
    if (open.isEmpty()) {
      return Optional.empty();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OpenObject object = open.get();
        ObjectReader reader = object.reader()) {
      for (Optional<byte[]> piece = reader.next(1 << 16);
          piece.isPresent();
          piece = reader.next(1 << 16)) {
        bytes.write(piece.get());
      }
    }
    return Optional.of(bytes.toByteArray());
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("files"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
