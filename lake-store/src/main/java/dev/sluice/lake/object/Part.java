package dev.sluice.lake.object;

import java.time.Instant;
import java.util.Optional;

/** One uploaded part: what clients see of it, and where its bytes lie. */
public final class Part {
  private final int number;
  private final String etag;
  private final Instant modified;
  private final Optional<StoredChecksum> checksum;
  private final Extent extent;

  Part(
      int number, String etag, Instant modified, Optional<StoredChecksum> checksum, Extent extent) {
    this.number = number;
    this.etag = etag;
    this.modified = modified;
    this.checksum = checksum;
    this.extent = extent;
  }

  public int number() {
    return number;
  }

  public long size() {
    return extent.length();
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

  Extent extent() {
    return extent;
  }
}
