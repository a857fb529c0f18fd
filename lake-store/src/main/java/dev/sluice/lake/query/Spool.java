package dev.sluice.lake.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The place of answers that are files until they have left. It belongs to one lake, which alone can
 * look into it; what an earlier one left there is removed.
 */
public final class Spool {
  private final Path directory;

  public Spool(Path directory) throws IOException {
    this.directory = directory.toAbsolutePath();
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(
        directory,
        Set.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE));
    try (Stream<Path> leftovers = Files.list(directory)) {
      for (Path leftover : leftovers.toList()) {
        Files.delete(leftover);
      }
    }
  }

  /** Where the answer to a query goes. */
  Path place(String id) {
    return directory.resolve(id + ".answer");
  }
}
