package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentTest {
  @TempDir Path directory;
  private ObjectStore store;

  @BeforeEach
  void open() throws IOException {
    ObjectSettings small =
        TestSettings.in(
            directory,
            Map.of(
                "inline-limit", "100",
                "segment-limit", "10000",
                "segment-size", "50000",
                "batch-interval", "5ms"));
    store = ObjectStore.open(small, InstantSource.system(), new Random(4));
    if (store.findBucket("lake").isEmpty()) {
      store.createBucket("lake", "");
    }
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void reopen() throws IOException {
    store.close();
    open();
  }

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private void put(String key, byte[] bytes) throws IOException {
    try (IncomingBody body = store.receive(Set.of())) {
      for (int at = 0; at < bytes.length; at += 777) {
        body.accept(ByteBuffer.wrap(bytes, at, Math.min(777, bytes.length - at)));
      }
      body.finish();
      store.put("lake", key, body, Attributes.none(), Condition.none());
    }
  }

  private static byte[] read(OpenObject object) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (object;
        ObjectReader reader = object.reader()) {
      for (Optional<byte[]> next = reader.next(999); next.isPresent(); next = reader.next(999)) {
        out.write(next.get());
      }
    }
    return out.toByteArray();
  }

  private byte[] read(String key) throws IOException {
    return read(store.open("lake", key, Optional.empty()).orElseThrow());
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("segments"))) {
      return files.toList();
    }
  }

  private long used() throws IOException {
    long used = 0;
    for (Path each : segments()) {
      used += Files.size(each);
    }
    return used;
  }

  @Test
  void mediumObjectsShareFilesAndSurvive() throws IOException {
    for (int at = 0; at < 20; at++) {
      put("k" + at, bytes(5_000, at));
    }
    put("large", bytes(10_001, 77));
    assertThat(segments()).hasSize(2);
    reopen();
    for (int at = 0; at < 20; at++) {
      assertThat(read("k" + at)).isEqualTo(bytes(5_000, at));
    }
    assertThat(read("large")).isEqualTo(bytes(10_001, 77));
    try (OpenObject object = store.open("lake", "k3", Optional.empty()).orElseThrow();
        ObjectReader reader = object.reader(4_000, 900)) {
      assertThat(reader.next(5_000))
          .hasValueSatisfying(
              part ->
                  assertThat(part).isEqualTo(Arrays.copyOfRange(bytes(5_000, 3), 4_000, 4_900)));
    }
  }

  @Test
  void spaceOfDeletedObjectsIsGivenBackAndReadersKeepTheirs() throws IOException {
    for (int at = 0; at < 40; at++) {
      put("k" + at, bytes(5_000, at));
    }
    OpenObject reader = store.open("lake", "k7", Optional.empty()).orElseThrow();
    for (int at = 0; at < 40; at++) {
      if (at % 8 != 7) {
        store.delete("lake", "k" + at, Condition.none());
      }
    }
    store.compact();
    // What is left was moved, and what it lay in is kept for its reader alone.
    assertThat(used()).isLessThan(100_000);
    store.delete("lake", "k7", Condition.none());
    store.compact();
    assertThat(read(reader)).isEqualTo(bytes(5_000, 7));
    store.compact();
    assertThat(used()).isLessThan(75_000);
    reopen();
    store.compact();
    for (int at = 15; at < 40; at += 8) {
      assertThat(read("k" + at)).isEqualTo(bytes(5_000, at));
      store.delete("lake", "k" + at, Condition.none());
    }
    store.compact();
    reopen();
    store.compact();
    assertThat(used()).isZero();
  }

  @Test
  void aTailThatNoRowNamesIsCutOff() throws IOException {
    put("k", bytes(3_000, 1));
    store.close();
    Path segment = segments().get(0);
    Files.write(segment, bytes(1_000, 2), StandardOpenOption.APPEND);
    open();
    assertThat(Files.size(segment)).isEqualTo(3_000);
    assertThat(read("k")).isEqualTo(bytes(3_000, 1));
  }

  @Test
  void whatIsDamagedIsNotMovedAndNotRead() throws IOException {
    for (int at = 0; at < 10; at++) {
      put("k" + at, bytes(5_000, at));
    }
    store.close();
    Path segment = segments().get(0);
    byte[] all = Files.readAllBytes(segment);
    all[1] ^= 1;
    Files.write(segment, all);
    open();
    for (int at = 3; at < 10; at++) {
      store.delete("lake", "k" + at, Condition.none());
    }
    store.compact();
    assertThat(segment).exists();
    assertThat(read("k1")).isEqualTo(bytes(5_000, 1));
    try {
      read("k0");
      throw new AssertionError("read what was not written");
    } catch (StoreException e) {
      assertThat(e.reason()).isEqualTo(StoreException.Reason.DAMAGED);
    }
  }

  @Test
  void manyWritersReadersAndCompactionsAgree() throws Exception {
    long seed = new Random().nextLong();
    store.setVersioning("lake", Bucket.Versioning.ENABLED);
    ExecutorService threads = Executors.newFixedThreadPool(5);
    List<Future<Map<String, byte[]>>> work = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int mine = thread;
      work.add(threads.submit(() -> churn(mine, new Random(seed + mine))));
    }
    Future<?> compacting =
        threads.submit(
            () -> {
              for (int at = 0; at < 30; at++) {
                store.compact();
              }
            });
    Map<String, byte[]> expected = new HashMap<>();
    for (Future<Map<String, byte[]>> each : work) {
      expected.putAll(each.get(120, TimeUnit.SECONDS));
    }
    compacting.get(120, TimeUnit.SECONDS);
    threads.shutdown();
    reopen();
    store.compact();
    for (Map.Entry<String, byte[]> each : expected.entrySet()) {
      assertThat(read(each.getKey())).as("seed " + seed).isEqualTo(each.getValue());
    }
    for (Listing.VersionEntry each :
        store
            .listVersions(
                "lake",
                new Listing.VersionQuery(new Listing.Query("", "", "", 100_000), Optional.empty()))
            .entries()) {
      store.deleteVersion("lake", each.version().key(), each.version().id());
    }
    store.compact();
    assertThat(store.list("lake", new Listing.Query("", "", "", 10)).entries()).isEmpty();
    reopen();
    store.compact();
    assertThat(used()).as("seed " + seed).isZero();
  }

  private Map<String, byte[]> churn(int mine, Random choice) throws IOException {
    Map<String, byte[]> now = new HashMap<>();
    for (int step = 0; step < 150; step++) {
      String key = mine + "/" + choice.nextInt(5);
      if (choice.nextInt(4) == 0 && now.containsKey(key)) {
        ObjectVersion version = store.find("lake", key, Optional.empty()).orElseThrow();
        store.deleteVersion("lake", key, version.id());
        now.remove(key);
        Optional<ObjectVersion> before = store.find("lake", key, Optional.empty());
        if (before.isPresent()) {
          now.put(key, read(key));
        }
      } else {
        byte[] bytes = bytes(choice.nextInt(9_000), choice.nextInt());
        put(key, bytes);
        now.put(key, bytes);
      }
      if (now.containsKey(key)) {
        assertThat(read(key)).isEqualTo(now.get(key));
      }
    }
    return now;
  }
}
