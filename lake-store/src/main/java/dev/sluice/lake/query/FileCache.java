package dev.sluice.lake.query;

import dev.sluice.awswire.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.io.FileIO;

/**
 * Immutable files, fetched once and kept while there is room. The directory belongs to one cache; a
 * new one starts empty. The one used longest ago goes first, but never one that is in use; where
 * nothing may go, the next file is refused. A file that is not here as it was fetched is fetched
 * again.
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
    private FileTime fetched = FileTime.fromMillis(0);

    Entry(Path path, long length) {
      this.path = path;
      this.length = length;
    }

    /** Whoever damages a file here changes its length or its time. */
    private boolean asFetched() throws IOException {
      return Files.exists(path)
          && Files.size(path) == length
          && Files.getLastModifiedTime(path).equals(fetched);
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
        if (!entry.whole || !entry.asFetched()) {
          entry.whole = false;
          fetch(files, location, entry);
          entry.fetched = Files.getLastModifiedTime(entry.path);
          entry.whole = true;
        }
      }
      return lease;
    } catch (IOException | RuntimeException failure) {
      lease.close();
      forget(entry);
      throw failure;
    }
  }

  /** What could not be fetched takes no room. */
  private synchronized void forget(Entry entry) throws IOException {
    if (entry.users == 0 && entries.values().remove(entry)) {
      held -= entry.length;
      Files.deleteIfExists(entry.path);
    }
  }

  /** Of another length it is another file, whoever wrote it under the same name. */
  private synchronized Entry reserve(String location, long length) throws IOException {
    String key = digest(location + " " + length);
    Entry entry = entries.get(key);
    if (entry == null) {
      makeRoom(length);
      entry = new Entry(directory.resolve(key + ".parquet"), length);
      entries.put(key, entry);
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
    return Digests.sha256Hex(location);
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
