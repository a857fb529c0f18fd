package dev.sluice.lake.object;

import java.time.Instant;
import java.util.Optional;

/** One uploaded part: what clients see of it, and its file. */
public final class Part {
  private final int number;
  private final String etag;
  private final Instant modified;
  private final Optional<StoredChecksum> checksum;
  private final FileRef file;

  Part(int number, String etag, Instant modified, Optional<StoredChecksum> checksum, FileRef file) {
    this.number = number;
    this.etag = etag;
    this.modified = modified;
    this.checksum = checksum;
    this.file = file;
  }

  public int number() {
    return number;
  }

  public long size() {
    return file.length();
  }

  public String etag() {
    return etag;
  }

  public Instant modified() {
    return modified;
  }

  public Optional<StoredChecksum> checksum() {
    return checksum;
  }

  FileRef file() {
    return file;
  }
}
