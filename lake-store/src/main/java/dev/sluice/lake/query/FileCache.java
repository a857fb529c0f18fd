package dev.sluice.lake.query;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.io.FileIO;

/**
 * Immutable files, fetched once and kept while there is room. The directory belongs to one cache; a
 * new one starts empty. The one used longest ago goes first, but never one that is in use: files in
 * use may exceed the bound, which then refuses the next file.
 */
public final class FileCache implements FileLocator {
  private final Path directory;
  private final long bound;
  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long held;

  /** A file, or the place of one that is being fetched. */
  private static final class Entry {
    private final Path path;
    private final long length;
    private int users;
    private boolean whole;

    Entry(Path path, long length) {
      this.path = path;
      this.length = length;
    }
  }

  public FileCache(Path directory, long bound) throws IOException {
    this.directory = directory;
    this.bound = bound;
    Files.createDirectories(directory);
    try (Stream<Path> leftovers = Files.list(directory)) {
      for (Path leftover : leftovers.toList()) {
        Files.delete(leftover);
      }
    }
  }

  @Override
  public Lease locate(FileIO files, String location, long length) throws IOException {
    Entry entry = reserve(location, length);
    Lease lease = new Held(entry);
    try {
      synchronized (entry) {
        if (!entry.whole) {
          fetch(files, location, entry);
          entry.whole = true;
        }
      }
      return lease;
    } catch (IOException | RuntimeException failure) {
      lease.close();
      throw failure;
    }
  }

  private synchronized Entry reserve(String location, long length) throws IOException {
    Entry entry = entries.get(location);
    if (entry == null) {
      makeRoom(length);
      entry = new Entry(directory.resolve(digest(location) + ".parquet"), length);
      entries.put(location, entry);
      held += length;
    }
    entry.users++;
    return entry;
  }

  private void makeRoom(long length) throws IOException {
    Iterator<Entry> oldest = entries.values().iterator();
    while (held + length > bound && oldest.hasNext()) {
      Entry entry = oldest.next();
      if (entry.users == 0) {
        oldest.remove();
        held -= entry.length;
        Files.deleteIfExists(entry.path);
      }
    }
    if (held + length > bound) {
      throw new IOException(
          "the files of the queries under way do not fit into the cache of " + bound + " bytes");
    }
  }

  private synchronized void release(Entry entry) {
    entry.users--;
  }

  private static void fetch(FileIO files, String location, Entry entry) throws IOException {
    Path draft = entry.path.resolveSibling(entry.path.getFileName() + ".part");
    try (InputStream content = files.newInputFile(location, entry.length).newStream()) {
      long copied = Files.copy(content, draft, StandardCopyOption.REPLACE_EXISTING);
      if (copied != entry.length) {
        throw new IOException(
            location + " has " + copied + " bytes, and the table says " + entry.length);
      }
      Files.move(draft, entry.path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static String digest(String location) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(location.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private final class Held implements Lease {
    private final Entry entry;
    private boolean closed;

    Held(Entry entry) {
      this.entry = entry;
    }

    @Override
    public Path path() {
      return entry.path;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        release(entry);
      }
    }
  }
}
