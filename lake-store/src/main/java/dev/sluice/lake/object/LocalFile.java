package dev.sluice.lake.object;

import java.nio.file.Path;

/**
 * An object's bytes as one file on this machine: immutable, and there until this is closed. For
 * reading only.
 */
public final class LocalFile implements AutoCloseable {
  private final Path path;
  private final OpenObject object;

  LocalFile(Path path, OpenObject object) {
    this.path = path;
    this.object = object;
  }

  public Path path() {
    return path;
  }

  public ObjectVersion version() {
    return object.version();
  }

  @Override
  public void close() {
    object.close();
  }
}
