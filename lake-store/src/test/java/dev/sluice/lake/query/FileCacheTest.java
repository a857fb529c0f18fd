package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of files that lie elsewhere: its bound, what is in use, and what goes wrong. */
class FileCacheTest {
  private static final long SEED = System.getProperty("seed") == null ? 7 : Long.getLong("seed");

  @TempDir private Path temporary;
  private Path directory;
  private Elsewhere elsewhere;

  @BeforeEach
  void start() {
    directory = temporary.resolve("cache");
    elsewhere = new Elsewhere();
  }

  @Test
  void aFileIsFetchedOnceHoweverManyAskAtOnce() throws Exception {
    FileCache cache = new FileCache(directory, 100);
    elsewhere.put("s3://b/a", "0123456789");
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try {
      List<CompletableFuture<Void>> asked = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        asked.add(CompletableFuture.runAsync(() -> read(cache, "s3://b/a", "0123456789"), clients));
      }
      CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).get();
    } finally {
      clients.shutdown();
    }
    assertThat(elsewhere.fetched).hasValue(1);
  }

  @Test
  void theOneUsedLongestAgoGoesAndNeverOneInUse() throws Exception {
    FileCache cache = new FileCache(directory, 30);
    for (String name : List.of("a", "b", "c", "d")) {
      elsewhere.put("s3://b/" + name, name.repeat(10));
    }
    FileLocator.Lease held = cache.locate(elsewhere, "s3://b/a", 10);
    read(cache, "s3://b/b", "b".repeat(10));
    read(cache, "s3://b/c", "c".repeat(10));
    read(cache, "s3://b/d", "d".repeat(10));
    assertThat(Files.readString(held.path())).isEqualTo("a".repeat(10));
    assertThat(elsewhere.fetched).hasValue(4);
    read(cache, "s3://b/c", "c".repeat(10));
    assertThat(elsewhere.fetched).hasValue(4);
    read(cache, "s3://b/b", "b".repeat(10));
    assertThat(elsewhere.fetched).hasValue(5);
    assertThat(bytesHeld()).isLessThanOrEqualTo(30);
    held.close();
    held.close();
    read(cache, "s3://b/c", "c".repeat(10));
  }

  @Test
  void whatDoesNotFitBesideFilesInUseIsRefused() throws Exception {
    FileCache cache = new FileCache(directory, 15);
    elsewhere.put("s3://b/a", "0123456789");
    elsewhere.put("s3://b/b", "0123456789");
    try (FileLocator.Lease held = cache.locate(elsewhere, "s3://b/a", 10)) {
      assertThatThrownBy(() -> cache.locate(elsewhere, "s3://b/b", 10))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cache of 15 bytes");
      assertThat(held.path()).exists();
    }
    read(cache, "s3://b/b", "0123456789");
  }

  @Test
  void aDamagedFileIsFetchedAgain() throws Exception {
    FileCache cache = new FileCache(directory, 100);
    elsewhere.put("s3://b/a", "0123456789");
    Path path;
    try (FileLocator.Lease lease = cache.locate(elsewhere, "s3://b/a", 10)) {
      path = lease.path();
    }
    Files.writeString(path, "short");
    read(cache, "s3://b/a", "0123456789");
    Files.delete(path);
    read(cache, "s3://b/a", "0123456789");
    assertThat(elsewhere.fetched).hasValue(3);
  }

  @Test
  void aNameWithAnotherLengthIsAnotherFile() throws Exception {
    FileCache cache = new FileCache(directory, 100);
    elsewhere.put("s3://b/a", "0123456789");
    read(cache, "s3://b/a", "0123456789");
    elsewhere.put("s3://b/a", "another");
    read(cache, "s3://b/a", "another");
  }

  @Test
  void whatCannotBeFetchedLeavesNothingAndTakesNoRoom() throws Exception {
    FileCache cache = new FileCache(directory, 20);
    elsewhere.put("s3://b/a", "0123456789");
    elsewhere.failAfter = 5;
    for (int i = 0; i < 5; i++) {
      String name = "s3://b/a";
      assertThatThrownBy(() -> cache.locate(elsewhere, name, 10))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no space left");
    }
    assertThat(files()).isEmpty();
    elsewhere.failAfter = Integer.MAX_VALUE;
    elsewhere.put("s3://b/b", "x".repeat(20));
    read(cache, "s3://b/b", "x".repeat(20));
    assertThatThrownBy(() -> cache.locate(elsewhere, "s3://b/a", 12))
        .hasMessageContaining("has 10 bytes, and the table says 12");
  }

  @Test
  void leftoversOfAnEarlierCacheAreRemoved() throws Exception {
    FileCache before = new FileCache(directory, 100);
    elsewhere.put("s3://b/a", "0123456789");
    before.locate(elsewhere, "s3://b/a", 10);
    assertThat(files()).hasSize(1);
    assertThat(new FileCache(directory, 100)).isNotNull();
    assertThat(files()).isEmpty();
  }

  @Test
  void theBoundHoldsWhateverIsAskedFor() throws Exception {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    FileCache cache = new FileCache(directory, 100);
    List<FileLocator.Lease> leases = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int length = 1 + random.nextInt(40);
      String location = "s3://b/" + length;
      elsewhere.put(location, "x".repeat(length));
      try {
        leases.add(cache.locate(elsewhere, location, length));
      } catch (IOException full) {
        assertThat(full).hasMessageContaining("do not fit");
      }
      for (FileLocator.Lease lease : leases) {
        assertThat(lease.path()).exists();
      }
      assertThat(bytesHeld()).isLessThanOrEqualTo(100);
      if (random.nextInt(3) > 0 && !leases.isEmpty()) {
        leases.remove(random.nextInt(leases.size())).close();
      }
    }
  }

  private void read(FileCache cache, String location, String content) {
    try (FileLocator.Lease lease = cache.locate(elsewhere, location, content.length())) {
      assertThat(Files.readString(lease.path())).isEqualTo(content);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  private long bytesHeld() throws IOException {
    long held = 0;
    for (Path file : files()) {
      held += Files.size(file);
    }
    return held;
  }

  /** Files in memory that count how often they are read, and may break off. */
  private static final class Elsewhere implements FileIO {
    private final InMemoryFileIO files = new InMemoryFileIO();
    private final AtomicInteger fetched = new AtomicInteger();
    private int failAfter = Integer.MAX_VALUE;

    void put(String location, String content) {
      if (files.fileExists(location)) {
        files.deleteFile(location);
      }
      files.addFile(location, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public InputFile newInputFile(String location) {
      fetched.incrementAndGet();
      InputFile whole = files.newInputFile(location);
      byte[] bytes = new byte[(int) whole.getLength()];
      try (InputStream in = whole.newStream()) {
        assertThat(in.readNBytes(bytes, 0, bytes.length)).isEqualTo(bytes.length);
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
      return failAfter >= bytes.length
          ? new InMemoryInputFile(location, bytes)
          : new Breaking(new InMemoryInputFile(location, bytes));
    }

    @Override
    public OutputFile newOutputFile(String location) {
      return files.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
      files.deleteFile(location);
    }
  }

  private record Breaking(InputFile whole) implements InputFile {
    @Override
    public long getLength() {
      return whole.getLength();
    }

    @Override
    public SeekableInputStream newStream() {
      return new SeekableInputStream() {
        @Override
        public int read() throws IOException {
          throw new IOException("no space left on device");
        }

        @Override
        public long getPos() {
          return 0;
        }

        @Override
        public void seek(long position) {}
      };
    }

    @Override
    public String location() {
      return whole.location();
    }

    @Override
    public boolean exists() {
      return true;
    }
  }
}
