package dev.sluice.lake.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A place of files that are there for a query and gone after it: answers until they have left,
 * links to what is read. It belongs to one lake, which alone can look into it; what an earlier one
 * left there is removed.
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
    try (Stream<Path> found = Files.walk(this.directory)) {
      List<Path> leftovers = found.sorted(Comparator.reverseOrder()).toList();
      for (Path leftover : leftovers.subList(0, leftovers.size() - 1)) {
        Files.delete(leftover);
      }
    }
  }

  /** Where what has this name among all that are there goes. */
  Path place(String name) {
    return directory.resolve(name);
  }
}
