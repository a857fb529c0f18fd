package dev.sluice.lake.query;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** A file could not be linked to where a sandbox could read it; where it stands it can be read. */
final class UnlinkedException extends IOException {
  private static final long serialVersionUID = 1L;

  UnlinkedException(Throwable cause) {
    super(cause);
  }

  /** Whether no other file can be linked either, as on another disk. */
  boolean always() {
    return !(getCause() instanceof NoSuchFileException);
  }
}
