package dev.sluice.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.ObjectSettings;
import dev.sluice.lake.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreFileIOTest {
  private static final String FILE = "s3://lake/a/b.bin";

  private ObjectStore store;
  private StoreFileIO files;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    store = ObjectStore.open(ObjectSettings.in(directory), InstantSource.system(), new Random(1));
    store.createBucket("lake", "us-east-1");
    files = new StoreFileIO(store, Map.of());
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void write(String location, byte[] bytes) throws IOException {
    try (var out = files.newOutputFile(location).create()) {
      int half = bytes.length / 2;
      out.write(bytes, 0, half);
      assertThat(out.getPos()).isEqualTo(half);
      out.write(bytes, half, bytes.length - half);
    }
  }

  /** Small ones lie in a row, larger ones in a segment or a file of their own. */
  @Test
  void whatIsWrittenIsReadFromAnywhere() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int size : new int[] {0, 1, 3_000, 200_000, 5_000_000}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      String location = "s3://lake/sizes/" + size;
      write(location, bytes);
      assertThat(files.newInputFile(location).getLength()).isEqualTo(size);
      try (SeekableInputStream in = files.newInputFile(location).newStream()) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
        assertThat(in.read()).isEqualTo(-1);
        for (int i = 0; i < 20 && size > 0; i++) {
          int from = random.nextInt(size);
          int length = Math.min(size - from, 1 + random.nextInt(100_000));
          in.seek(from);
          assertThat(in.readNBytes(length))
              .isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
          assertThat(in.getPos()).isEqualTo(from + length);
        }
        assertThatThrownBy(() -> in.seek(size + 1L)).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aFileIsThereOnceItIsClosedAndIsNotWrittenOver() throws IOException {
    try (var out = files.newOutputFile(FILE).create()) {
      out.write(1);
      assertThat(files.newInputFile(FILE).exists()).isFalse();
    }
    assertThat(files.newInputFile("s3a://lake/a/b.bin").exists()).isTrue();
    assertThatThrownBy(() -> files.newOutputFile(FILE).create())
        .isInstanceOf(AlreadyExistsException.class)
        .hasMessageContaining(FILE);
    try (var out = files.newOutputFile(FILE).createOrOverwrite()) {
      out.write(new byte[] {2, 3});
    }
    assertThat(files.newInputFile(FILE).getLength()).isEqualTo(2);
  }

  @Test
  void whatIsNotThereIsNamed() {
    for (String location : new String[] {FILE, "s3://elsewhere/a"}) {
      assertThat(files.newInputFile(location).exists()).isFalse();
      assertThatThrownBy(() -> files.newInputFile(location).newStream())
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining(location);
      files.deleteFile(location);
    }
    assertThatThrownBy(() -> files.newInputFile("file:/etc/passwd"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("file:/etc/passwd");
    assertThatThrownBy(() -> files.newOutputFile("s3://lake/" + "x".repeat(1025)))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void aRemovedFileIsGoneThoughItsVersionsAreKept() throws IOException {
    store.setVersioning("lake", Bucket.Versioning.ENABLED);
    write(FILE, new byte[] {1, 2});
    files.deleteFile(FILE);
    assertThat(files.newInputFile(FILE).exists()).isFalse();
    assertThatThrownBy(() -> files.newInputFile(FILE).newStream())
        .isInstanceOf(NotFoundException.class);
    write(FILE, new byte[] {3});
    assertThat(files.newInputFile(FILE).getLength()).isOne();
  }
}
