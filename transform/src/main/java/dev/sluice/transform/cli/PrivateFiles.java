package dev.sluice.transform.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;

/** Files that only their owner reads. */
final class PrivateFiles {
  private PrivateFiles() {}

  /** An empty one, in place of any that was there. */
  static void fresh(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file, readableByOwnerOnly());
  }

  /** Properties, in a file that is not there yet. */
  static void write(Path file, Map<String, String> values) throws IOException {
    Properties properties = new Properties();
    properties.putAll(values);
    Files.createFile(file, readableByOwnerOnly());
    try (OutputStream stream = Files.newOutputStream(file)) {
      properties.store(stream, null);
    }
  }

  private static FileAttribute<?> readableByOwnerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }
}
