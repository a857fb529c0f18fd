package dev.sluice.lake.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Immutable files, spread over 256 folders. A file gets its name only when its bytes are on disk,
 * and the name is on disk when {@link #publish} returns; a name is never used twice. A file that is
 * being read is removed when its last reader is done.
 */
final class FileVault {
  private final Path files;
  private final Path drafts;
  private final Map<String, Integer> readers = new HashMap<>();
  private final Set<String> doomed = new HashSet<>();

  FileVault(Path directory) throws IOException {
    files = directory.resolve("files");
    drafts = directory.resolve("drafts");
    Files.createDirectories(drafts);
    for (int shard = 0; shard < 256; shard++) {
      Files.createDirectories(files.resolve(String.format("%02x", shard)));
    }
    Folders.sync(files);
    Folders.sync(directory);
  }

  Path draft(String id) {
    return drafts.resolve(id);
  }

  Path path(String id) {
    return files.resolve(id.substring(id.length() - 2)).resolve(id);
  }

  /** Makes a draft, whose bytes are already on disk, a file. */
  void publish(String id) throws IOException {
    Path target = path(id);
    Files.move(draft(id), target, StandardCopyOption.ATOMIC_MOVE);
    Path folder = target.getParent();
    if (folder != null) {
      Folders.sync(folder);
    }
  }

  synchronized void pin(List<FileRef> refs) {
    for (FileRef each : refs) {
      readers.merge(each.id(), 1, Integer::sum);
    }
  }

  void unpin(List<FileRef> refs) {
    Set<String> free = new HashSet<>();
    synchronized (this) {
      for (FileRef each : refs) {
        int left = readers.merge(each.id(), -1, Integer::sum);
        if (left == 0) {
          readers.remove(each.id());
          if (doomed.remove(each.id())) {
            free.add(each.id());
          }
        }
      }
    }
    free.forEach(this::remove);
  }

  /** Removes files that no row owns any more, those being read when their readers are done. */
  void reclaim(List<FileRef> refs) {
    Set<String> free = new HashSet<>();
    synchronized (this) {
      for (FileRef each : refs) {
        (readers.containsKey(each.id()) ? doomed : free).add(each.id());
      }
    }
    free.forEach(this::remove);
  }

  void remove(String id) {
    try {
      Files.deleteIfExists(path(id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Removes drafts and every file no row owns: what a crash left. Only while nothing is written.
   */
  long sweep(Predicate<String> owned) throws IOException {
    long swept = sweep(drafts, id -> false);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(files)) {
      for (Path folder : folders) {
        swept += sweep(folder, owned);
      }
    }
    return swept;
  }

  private static long sweep(Path folder, Predicate<String> owned) throws IOException {
    long swept = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        Path name = entry.getFileName();
        if (name != null && !owned.test(name.toString())) {
          Files.delete(entry);
          swept++;
        }
      }
    }
    return swept;
  }
}
