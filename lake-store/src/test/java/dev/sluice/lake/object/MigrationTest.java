package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that an earlier program wrote is taken over; one of a later program is not touched. */
class MigrationTest {
  private static final String UPLOAD = "0".repeat(15) + "1" + "0".repeat(16);

  @TempDir Path directory;

  private ObjectStore open() throws IOException {
    return ObjectStore.open(ObjectSettings.in(directory), InstantSource.system(), new Random(3));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(ObjectStore store, String key) throws IOException {
    try (OpenObject object = store.open("old", key, Optional.empty()).orElseThrow();
        ObjectReader reader = object.reader()) {
      ByteBuffer all = ByteBuffer.allocate((int) object.version().size());
      for (Optional<byte[]> next = reader.next(999); next.isPresent(); next = reader.next(999)) {
        all.put(next.get());
      }
      return all.array();
    }
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("files"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private static ObjectVersion put(ObjectStore store, String key, int length) throws IOException {
    try (IncomingBody body = store.receive(Set.of())) {
      body.accept(ByteBuffer.wrap(bytes(length)));
      body.finish();
      return store.put("old", key, body, Attributes.none(), Condition.none());
    }
  }

  @Test
  void whatAStoreOfFormatOneHoldsIsReadReplacedAndRemoved() throws Exception {
    try (FormerStore former = new FormerStore(directory)) {
      former.bucket("old", Bucket.Versioning.OFF);
      former.inline("old", "a", bytes(100));
      former.inFile("old", "b", bytes(9_000_000));
      former.inFile("old", "c", bytes(10_000));
      former.upload("old", "d", UPLOAD, bytes(5_000));
    }
    Files.createDirectories(directory.resolve("drafts"));
    Files.write(directory.resolve("drafts/torn"), bytes(3));
    try (ObjectStore store = open()) {
      assertThat(directory.resolve("drafts")).doesNotExist();
      assertThat(store.bucket("old").durability()).isEqualTo(Durability.SYNC);
      assertThat(store.list("old", new Listing.Query("", "", "", 10)).entries()).hasSize(3);
      assertThat(read(store, "a")).isEqualTo(bytes(100));
      assertThat(read(store, "b")).isEqualTo(bytes(9_000_000));
      ObjectVersion first = store.find("old", "c", Optional.empty()).orElseThrow();
      assertThat(first.attributes().headers()).containsEntry("content-type", "text/plain");
      assertThat(put(store, "c", 1_000_000).sequence()).isGreaterThan(first.sequence());
      Upload upload = store.upload("old", "d", UPLOAD);
      Part part = store.listParts(upload, 0, 10).get(0);
      Completion whole =
          new Completion(
              List.of(new Completion.Chosen(1, part.etag(), Optional.empty())), Optional.empty());
      store.completeUpload("old", "d", UPLOAD, whole, Condition.none());
    }
    try (ObjectStore store = open()) {
      assertThat(read(store, "c")).isEqualTo(bytes(1_000_000));
      assertThat(read(store, "d")).isEqualTo(bytes(5_000));
      for (String key : List.of("a", "b", "c", "d")) {
        store.delete("old", key, Condition.none());
      }
      assertThat(files()).isZero();
      store.deleteBucket("old");
    }
  }

  @Test
  void aStoreOfALaterFormatIsRefusedInOneLine() throws Exception {
    try (FormerStore former = new FormerStore(directory)) {
      former.format("3");
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is of format 3")
        .hasMessageContaining("reads formats 1 to 2")
        .hasMessageNotContaining("\n");
  }
}
