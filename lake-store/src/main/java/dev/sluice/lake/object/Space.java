package dev.sluice.lake.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How much of the disk is free. New bytes are refused while less than a reserve is left, so that
 * the rows, which must grow even to delete, do not meet a full disk.
 */
final class Space {
  private final FileStore disk;
  private final long reserve;

  Space(Path directory, long reserve) throws IOException {
    this.disk = Files.getFileStore(directory);
    this.reserve = reserve;
  }

  private long free() {
    try {
      return disk.getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Refuses new bytes while there is no room for them. */
  void require() {
    if (free() < reserve) {
      throw full();
    }
  }

  /** Whether rows can be written: they may take part of the reserve. */
  boolean forRows() {
    return free() >= reserve / 4;
  }

  static StoreException full() {
    return new StoreException(
        StoreException.Reason.DISK_FULL,
        "The disk is full: nothing can be written until space is freed. What is stored can be"
            + " read and deleted.");
  }

  /** What to tell of a failed write. */
  static RuntimeException failure(IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean full = text.contains("no space left") || text.contains("quota exceeded");
    return full ? full() : new UncheckedIOException(e);
  }
}
