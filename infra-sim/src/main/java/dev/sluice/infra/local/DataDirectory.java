package dev.sluice.infra.local;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.endpoint.Endpoints;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The directory where a pipeline keeps everything, held by one process at a time.
 *
 * <p>The hold is a file lock, which the system lets go of however the process ends; the process id
 * in {@code endpoints.json} alone could by now be somebody else's.
 */
final class DataDirectory implements AutoCloseable {
  /** What the layout of a directory is called. A directory of a later layout is refused. */
  static final int FORMAT = 1;

  private static final String LOCK_FILE = "lock";
  private static final String FORMAT_FILE = "format";

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Takes hold of the directory, making it if there is none; fails in one line when another process
   * has it.
   */
  static DataDirectory hold(Path path) throws IOException {
    try {
      Files.createDirectories(path);
    } catch (IOException impossible) {
      throw CommandFailure.failed("cannot make the data directory " + path + ": " + impossible);
    }
    Path absolute = path.toRealPath();
    FileChannel channel = openLock(absolute);
    if (!locked(channel)) {
      channel.close();
      throw CommandFailure.failed(
          "a pipeline already runs on "
              + path
              + Endpoints.read(absolute).map(e -> " (process " + e.pid() + ")").orElse("")
              + "; stop it with: ./sluice down --data "
              + path);
    }
    try {
      checkFormat(absolute);
    } catch (IOException | RuntimeException unfit) {
      channel.close();
      throw unfit;
    }
    return new DataDirectory(absolute, channel);
  }

  /** Whether some process has hold of the directory. */
  static boolean held(Path path) throws IOException {
    if (!Files.exists(path.resolve(LOCK_FILE))) {
      return false;
    }
    try (FileChannel channel = openLock(path)) {
      return !locked(channel);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static FileChannel openLock(Path path) throws IOException {
    return FileChannel.open(
        path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return Optional.<FileLock>ofNullable(channel.tryLock()).isPresent();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  private static void checkFormat(Path path) throws IOException {
    Path file = path.resolve(FORMAT_FILE);
    if (!Files.exists(file)) {
      Files.writeString(file, FORMAT + "\n");
      return;
    }
    String found = Files.readString(file).strip();
    if (!found.equals(Integer.toString(FORMAT))) {
      throw CommandFailure.failed(
          path
              + " has format "
              + found
              + ", this Sluice reads format "
              + FORMAT
              + "; use the Sluice that wrote it, or another --data");
    }
  }
}
