package dev.sluice.lake.object;

import dev.sluice.awswire.Checksum;

/**
 * A checksum kept with an object; a composite one covers the checksums of the parts and says how
 * many.
 */
public record StoredChecksum(Checksum algorithm, String value, Kind kind) {
  /** What the checksum covers. */
  public enum Kind {
    FULL_OBJECT,
    COMPOSITE
  }
}
