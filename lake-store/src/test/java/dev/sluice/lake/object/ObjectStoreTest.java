package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.awswire.Checksum;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectStoreTest {
  @TempDir Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final InstantSource clock = now::get;
  private ObjectStore store;

  @BeforeEach
  void open() throws IOException {
    store = ObjectStore.open(ObjectSettings.in(directory), clock, new Random(7));
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

  private ObjectVersion put(String key, byte[] bytes) throws IOException {
    return put(key, bytes, Condition.none());
  }

  private ObjectVersion put(String key, byte[] bytes, Condition condition) throws IOException {
    try (IncomingBody body = store.receive(Set.of())) {
      body.accept(ByteBuffer.wrap(bytes));
      body.finish();
      return store.put("lake", key, body, Attributes.none(), condition);
    }
  }

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private byte[] read(OpenObject object) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (object;
        ObjectReader reader = object.reader()) {
      for (Optional<byte[]> piece = reader.next(1000);
          piece.isPresent();
          piece = reader.next(1000)) {
        out.write(piece.get());
      }
    }
    return out.toByteArray();
  }

  private byte[] read(String key) throws IOException {
    return read(store.open("lake", key, Optional.empty()).orElseThrow());
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("files"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private static StoreException.Reason reason(ThrowingCall call) {
    try {
      call.run();
    } catch (StoreException e) {
      return e.reason();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("nothing was refused");
  }

  private interface ThrowingCall {
    void run() throws IOException;
  }

  @Test
  void smallAndLargeObjectsSurviveReopeningAndReplacedFilesGo() throws IOException {
    byte[] small = bytes(4096, 1);
    byte[] large = bytes(1_000_001, 2);
    put("small", small);
    put("large", bytes(500_000, 3));
    assertThat(put("large", large).id()).isEqualTo("null");
    assertThat(files()).isEqualTo(1);
    reopen();
    assertThat(read("small")).isEqualTo(small);
    assertThat(read("large")).isEqualTo(large);
    assertThat(store.sweptFiles()).isZero();
    store.delete("lake", "large", Condition.none());
    assertThat(files()).isZero();
    assertThat(store.find("lake", "large", Optional.empty())).isEmpty();
  }

  @Test
  void aReaderKeepsItsBytesWhileTheObjectIsReplacedAndDeleted() throws IOException {
    byte[] first = bytes(400_000, 1);
    put("key", first);
    OpenObject reader = store.open("lake", "key", Optional.empty()).orElseThrow();
    put("key", bytes(350_000, 2));
    store.delete("lake", "key", Condition.none());
    assertThat(files()).isEqualTo(1);
    assertThat(read(reader)).isEqualTo(first);
    assertThat(files()).isZero();
  }

  @Test
  void aLocalFileIsGivenForWholeFilesOnlyAndStaysWhileHeld() throws IOException {
    byte[] large = bytes(300_000, 1);
    put("small", bytes(10, 1));
    put("medium", bytes(10_000, 1));
    put("large", large);
    assertThat(store.localFile("lake", "small")).isEmpty();
    assertThat(store.localFile("lake", "medium")).isEmpty();
    assertThat(store.localFile("lake", "none")).isEmpty();
    LocalFile file = store.localFile("lake", "large").orElseThrow();
    store.delete("lake", "large", Condition.none());
    assertThat(Files.readAllBytes(file.path())).isEqualTo(large);
    file.close();
    assertThat(file.path()).doesNotExist();
  }

  @Test
  void filesNoRowOwnsAreSweptWhenTheStoreOpens() throws IOException {
    put("large", bytes(300_000, 1));
    put("medium", bytes(10_000, 1));
    Files.write(directory.resolve("segments/" + "0".repeat(32)), bytes(10, 1));
    Path orphan = directory.resolve("files/ab/" + "0".repeat(30) + "ab");
    Files.createDirectories(directory.resolve("files/ab"));
    Files.write(orphan, bytes(10, 1));
    reopen();
    assertThat(store.sweptFiles()).isEqualTo(2);
    assertThat(orphan).doesNotExist();
    assertThat(read("medium")).hasSize(10_000);
    assertThat(read("large")).hasSize(300_000);
  }

  @Test
  void aFileThatIsNotWhatWasWrittenIsNeverReadToItsEnd() throws IOException {
    put("large", bytes(300_000, 1));
    try (LocalFile file = store.localFile("lake", "large").orElseThrow()) {
      byte[] damaged = Files.readAllBytes(file.path());
      damaged[5_000] ^= 1;
      Files.write(file.path(), damaged);
    }
    reopen();
    assertThat(reason(() -> read("large"))).isEqualTo(StoreException.Reason.DAMAGED);
  }

  @Test
  void aBodyThatNoRowCameToOwnLeavesNothing() throws IOException {
    put("key", bytes(300_000, 1));
    assertThat(reason(() -> put("key", bytes(309_000, 2), Condition.absent())))
        .isEqualTo(StoreException.Reason.PRECONDITION_FAILED);
    try (IncomingBody body = store.receive(Set.of())) {
      body.accept(ByteBuffer.wrap(bytes(309_000, 3)));
    }
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void conditionsCompareWithTheCurrentEtag() throws IOException {
    String etag = put("key", bytes(10, 1), Condition.absent()).etag();
    assertThat(reason(() -> put("key", bytes(10, 2), new Condition(List.of("x"), List.of()))))
        .isEqualTo(StoreException.Reason.PRECONDITION_FAILED);
    put("key", bytes(10, 2), new Condition(List.of(etag), List.of()));
    assertThat(reason(() -> put("none", bytes(10, 2), new Condition(List.of(etag), List.of()))))
        .isEqualTo(StoreException.Reason.NO_SUCH_KEY);
  }

  @Test
  void versionsAreKeptHiddenAndBroughtBack() throws IOException {
    put("key", "zero".getBytes(StandardCharsets.UTF_8));
    store.setVersioning("lake", Bucket.Versioning.ENABLED);
    String one = put("key", bytes(9_000, 1)).id();
    String two = put("key", bytes(9_000, 2)).id();
    Deletion.Hidden hidden = (Deletion.Hidden) store.delete("lake", "key", Condition.none());
    assertThat(store.find("lake", "key", Optional.empty()).orElseThrow().deleteMarker()).isTrue();
    reopen();
    assertThat(read(store.open("lake", "key", Optional.of(one)).orElseThrow()))
        .isEqualTo(bytes(9_000, 1));
    assertThat(read(store.open("lake", "key", Optional.of("null")).orElseThrow()))
        .isEqualTo("zero".getBytes(StandardCharsets.UTF_8));
    store.deleteVersion("lake", "key", hidden.markerId());
    assertThat(read("key")).isEqualTo(bytes(9_000, 2));
    store.deleteVersion("lake", "key", two);
    assertThat(read("key")).isEqualTo(bytes(9_000, 1));
    store.setVersioning("lake", Bucket.Versioning.SUSPENDED);
    put("key", bytes(20, 5));
    assertThat(store.find("lake", "key", Optional.of("null")).orElseThrow().size()).isEqualTo(20);
    store.delete("lake", "key", Condition.none());
    store.deleteVersion("lake", "key", "null");
    assertThat(read("key")).isEqualTo(bytes(9_000, 1));
    assertThat(reason(() -> store.deleteBucket("lake")))
        .isEqualTo(StoreException.Reason.BUCKET_NOT_EMPTY);
    store.deleteVersion("lake", "key", one);
    assertThat(files()).isZero();
    store.deleteBucket("lake");
  }

  private Part part(Upload upload, int number, byte[] bytes) throws IOException {
    try (IncomingBody body = store.receivePart(upload, Set.of())) {
      body.accept(ByteBuffer.wrap(bytes));
      body.finish();
      return store.addPart("lake", upload, number, body);
    }
  }

  private static Completion completion(Part... parts) {
    return new Completion(
        Arrays.stream(parts)
            .map(each -> new Completion.Chosen(each.number(), each.etag(), Optional.empty()))
            .toList(),
        Optional.empty());
  }

  @Test
  void partsBecomeOneObjectWithoutBeingCopied() throws IOException {
    Upload upload =
        store.createUpload(
            "lake",
            "big",
            Attributes.none(),
            Optional.of(Checksum.CRC32C),
            StoredChecksum.Kind.FULL_OBJECT);
    byte[] first = bytes(5 << 20, 1);
    byte[] second = bytes(100, 2);
    part(upload, 1, bytes(77, 9));
    Part one = part(upload, 1, first);
    Part unused = part(upload, 3, bytes(6 << 20, 3));
    Part two = part(upload, 7, second);
    assertThat(files()).isEqualTo(3);
    assertThat(reason(() -> complete(upload, completion(two, one))))
        .isEqualTo(StoreException.Reason.INVALID_PART_ORDER);
    assertThat(reason(() -> complete(upload, completion(two, two))))
        .isEqualTo(StoreException.Reason.INVALID_PART_ORDER);
    Completion wrong =
        new Completion(
            List.of(new Completion.Chosen(1, "bad", Optional.empty())), Optional.empty());
    assertThat(reason(() -> complete(upload, wrong))).isEqualTo(StoreException.Reason.INVALID_PART);
    reopen();
    ObjectVersion done = complete(upload, completion(one, two));
    assertThat(done.etag()).endsWith("-2");
    assertThat(files()).isEqualTo(2);
    assertThat(unused.size()).isEqualTo(6 << 20);
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(first);
    both.write(second);
    assertThat(read("big")).isEqualTo(both.toByteArray());
    Checksum.Running running = Checksum.CRC32C.start();
    running.update(ByteBuffer.wrap(both.toByteArray()));
    assertThat(done.checksum().orElseThrow().value()).isEqualTo(running.base64());
    reopen();
    assertThat(complete(upload, completion(one, two)).etag()).isEqualTo(done.etag());
    now.set(now.get().plus(Duration.ofDays(2)));
    reopen();
    assertThat(reason(() -> complete(upload, completion(one, two))))
        .isEqualTo(StoreException.Reason.NO_SUCH_UPLOAD);
    assertThat(read("big")).hasSize((5 << 20) + 100);
  }

  private ObjectVersion complete(Upload upload, Completion completion) {
    return store.completeUpload("lake", "big", upload.id(), completion, Condition.none());
  }

  @Test
  void smallPartsAreRefusedAndAbortedUploadsLeaveNothing() throws IOException {
    Upload upload =
        store.createUpload(
            "lake", "big", Attributes.none(), Optional.empty(), StoredChecksum.Kind.COMPOSITE);
    Part one = part(upload, 1, bytes(100, 1));
    Part two = part(upload, 2, bytes(100, 2));
    assertThat(reason(() -> complete(upload, completion(one, two))))
        .isEqualTo(StoreException.Reason.PART_TOO_SMALL);
    store.abortUpload("lake", "big", upload.id());
    assertThat(files()).isZero();
    assertThat(reason(() -> part(upload, 1, bytes(1, 1))))
        .isEqualTo(StoreException.Reason.NO_SUCH_UPLOAD);
    assertThat(files()).isZero();
  }

  @Test
  void aStoreIsOpenedOnceAndRefusesCallsAfterItIsClosed() throws IOException {
    assertThatThrownBy(() -> ObjectStore.open(ObjectSettings.in(directory), clock, new Random(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lock");
    store.close();
    assertThatThrownBy(() -> store.bucket("lake")).hasMessageContaining("closed");
  }

  @Test
  void manyThreadsOnFewKeysNeverSeeHalfAnObjectAndLeaveNoFile() throws Exception {
    long seed = new Random().nextLong();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Future<?>> work = new ArrayList<>();
    for (int thread = 0; thread < 6; thread++) {
      Random choice = new Random(seed + thread);
      work.add(
          threads.submit(
              () -> {
                for (int step = 0; step < 120; step++) {
                  disturb("key" + choice.nextInt(2), choice);
                }
                return null;
              }));
    }
    for (Future<?> each : work) {
      each.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();
    store.delete("lake", "key0", Condition.none());
    store.delete("lake", "key1", Condition.none());
    store.close();
    open();
    assertThat(files()).as("seed " + seed).isZero();
  }

  private void disturb(String key, Random choice) throws IOException {
    int what = choice.nextInt(5);
    if (what == 0) {
      store.delete("lake", key, Condition.none());
    } else if (what == 1) {
      put(key, bytes(1 << choice.nextInt(20), choice.nextInt()));
    } else {
      Optional<OpenObject> open = store.open("lake", key, Optional.empty());
      if (open.isPresent()) {
        String etag = open.get().version().etag();
        byte[] md5 = IncomingBody.md5().digest(read(open.get()));
        assertThat(HexFormat.of().formatHex(md5)).isEqualTo(etag);
      }
    }
  }
}
