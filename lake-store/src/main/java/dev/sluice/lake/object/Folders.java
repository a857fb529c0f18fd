package dev.sluice.lake.object;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/** Directories whose names are on disk: syncing a file, or a directory, does not save its name. */
final class Folders {
  private Folders() {}

  /**
   * Makes the directory and those above it that are missing. The directory's own name is synced
   * even when it was there: the process that made it may have been killed before it did.
   */
  static void make(Path directory) throws IOException {
    Deque<Path> unsynced = new ArrayDeque<>();
    Path parent = directory.toAbsolutePath().getParent();
    while (parent != null) {
      unsynced.push(parent);
      if (Files.exists(parent)) {
        break;
      }
      parent = parent.getParent();
    }
    Files.createDirectories(directory);
    for (Path each : unsynced) {
      sync(each);
    }
  }

  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
