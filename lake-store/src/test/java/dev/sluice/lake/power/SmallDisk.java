package dev.sluice.lake.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system of a few megabytes in memory, which root may mount. */
public final class SmallDisk {
  public static final String SKIPPED = "skipped: no file system can be mounted here";

  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Mounted in a new folder of a directory; empty where that may not be done. */
  public static Optional<SmallDisk> mount(Path directory, int mebibytes)
      throws IOException, InterruptedException {
    Path path = Files.createDirectory(directory.resolve("disk"));
    String size = "size=" + mebibytes + "m";
    return run("mount", "-t", "tmpfs", "-o", size, "tmpfs", path.toString())
        ? Optional.of(new SmallDisk(path))
        : Optional.empty();
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  public Path path() {
    return path;
  }

  /** Fills it up with one file. */
  public static void takeAllSpace(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space");
    }
  }

  public void unmount() throws InterruptedException {
    run("umount", "--lazy", path.toString());
  }
}
