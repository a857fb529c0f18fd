package dev.sluice.lake.object;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** A store with a bucket {@code lake} in a directory, and what tests do to it all the time. */
final class StoreRig implements AutoCloseable {
  final Path directory;
  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final InstantSource clock = now::get;
  private Map<String, String> settings;
  private ObjectStore store;

  StoreRig(Path directory, Map<String, String> settings) throws IOException {
    this.directory = directory;
    this.settings = settings;
    open();
  }

  StoreRig(Path directory) throws IOException {
    this(directory, Map.of());
  }

  private void open() throws IOException {
    store = ObjectStore.open(TestSettings.in(directory, settings), clock, new Random(7));
    if (store.findBucket("lake").isEmpty()) {
      store.createBucket("lake", "");
    }
  }

  void reopen() throws IOException {
    store.close();
    open();
  }

  void reopen(Map<String, String> changed) throws IOException {
    settings = changed;
    reopen();
  }

  ObjectStore store() {
    return store;
  }

  static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  ObjectVersion put(String key, byte[] bytes) throws IOException {
    return put(key, bytes, Condition.none());
  }

  ObjectVersion put(String key, byte[] bytes, Condition condition) throws IOException {
    try (IncomingBody body = store.receive(Set.of())) {
      body.accept(ByteBuffer.wrap(bytes));
      body.finish();
      return store.put("lake", key, body, Attributes.none(), condition);
    }
  }

  /** A multipart object of such parts. */
  ObjectVersion multipart(String key, List<byte[]> parts) throws IOException {
    Upload upload = upload(key, parts);
    return store.completeUpload("lake", key, upload.id(), completion(upload), Condition.none());
  }

  Upload upload(String key, List<byte[]> parts) throws IOException {
    Upload upload =
        store.createUpload(
            "lake", key, Attributes.none(), Optional.empty(), StoredChecksum.Kind.COMPOSITE);
    for (int at = 0; at < parts.size(); at++) {
      try (IncomingBody body = store.receivePart(upload, Set.of())) {
        body.accept(ByteBuffer.wrap(parts.get(at)));
        body.finish();
        store.addPart("lake", upload, at + 1, body);
      }
    }
    return upload;
  }

  Completion completion(Upload upload) {
    List<Completion.Chosen> chosen = new ArrayList<>();
    for (Part each : store.listParts(upload, 0, 100)) {
      chosen.add(new Completion.Chosen(each.number(), each.etag(), Optional.empty()));
    }
    return new Completion(chosen, Optional.empty());
  }

  byte[] read(String key) throws IOException {
    return read(store.open("lake", key, Optional.empty()).orElseThrow());
  }

  static byte[] read(OpenObject object) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (object;
        ObjectReader reader = object.reader()) {
      Optional<byte[]> piece = reader.next(100_000);
      while (piece.isPresent()) {
        out.writeBytes(piece.get());
        piece = reader.next(100_000);
      }
    }
    return out.toByteArray();
  }

  /** The keys there are now. */
  List<String> keys() {
    return store.list("lake", new Listing.Query("", "", "", 1000)).entries().stream()
        .map(Listing.Entry::key)
        .toList();
  }

  /** Changes one bit of the given byte of a version, counted from its start, where it lies. */
  void damage(ObjectVersion version, long at) throws IOException {
    long start = 0;
    for (Extent each : version.content().extents()) {
      if (at < start + each.length()) {
        flip(path(each), each.offset() + at - start);
        return;
      }
      start += each.length();
    }
    throw new IllegalArgumentException("not a byte in a file");
  }

  /** The file an extent lies in. */
  Path path(Extent extent) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(each -> each.getFileName().toString().startsWith(extent.container()))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  static void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 0x10));
      channel.write(one.flip(), at);
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
