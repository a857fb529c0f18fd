package dev.sluice.lake.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Files of their own, spread over 256 folders. A file is written once, under a name that is never
 * used twice; it counts only when a row names it.
 */
final class FileVault {
  private final Path files;

  /** Folders whose own names are known to be on disk. */
  private final Set<Path> saved = ConcurrentHashMap.newKeySet();

  FileVault(Path directory) throws IOException {
    files = directory.resolve("files");
    Files.createDirectories(files);
    Path drafts = directory.resolve("drafts");
    if (Files.isDirectory(drafts)) {
      // Stores of format 1 wrote files here first.
      sweep(drafts, id -> false);
      Files.delete(drafts);
    }
    Folders.sync(files);
    Folders.sync(directory);
  }

  Path path(String id) {
    return folder(id).resolve(id);
  }

  private Path folder(String id) {
    return files.resolve(id.substring(id.length() - 2));
  }

  /** A new file to be written; it is not on disk before {@link #sync}. */
  FileChannel create(String id) throws IOException {
    try {
      return FileChannel.open(path(id), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      Files.createDirectories(folder(id));
      return FileChannel.open(path(id), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
  }

  /** Returns when the file and its name are on disk. */
  void sync(String id, FileChannel channel) throws IOException {
    channel.force(false);
    sync(folder(id));
  }

  private void sync(Path folder) throws IOException {
    Folders.sync(folder);
    if (!saved.contains(folder)) {
      // Whoever made the folder may not have come to sync its name yet.
      Folders.sync(files);
      saved.add(folder);
    }
  }

  /** As {@link #sync(String, FileChannel)}, of many at once; files gone meanwhile are left out. */
  void sync(Collection<String> ids) throws IOException {
    Set<Path> folders = new TreeSet<>();
    for (String id : ids) {
      if (Files.exists(path(id))) {
        Folders.sync(path(id));
        folders.add(folder(id));
      }
    }
    for (Path folder : folders) {
      sync(folder);
    }
  }

  void remove(String id) {
    try {
      Files.deleteIfExists(path(id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes every file no row owns: what a crash left. */
  long sweep(Predicate<String> owned) throws IOException {
    long swept = 0;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(files)) {
      for (Path folder : folders) {
        swept += sweep(folder, owned);
      }
    }
    return swept;
  }

  static long sweep(Path folder, Predicate<String> owned) throws IOException {
    long swept = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        Path name = entry.getFileName();
        if (name != null && !owned.test(name.toString())) {
          Files.deleteIfExists(entry);
          swept++;
        }
      }
    }
    return swept;
  }
}
