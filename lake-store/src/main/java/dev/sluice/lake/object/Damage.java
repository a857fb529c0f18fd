package dev.sluice.lake.object;

import java.time.Instant;
import java.util.Objects;

/**
 * A version whose bytes are not what was written, and where that was seen.
 *
 * @param file in the store's directory, or {@code row} for bytes within the version's row
 * @param offset of the damaged block in the file
 * @param expected the CRC32C (in a row, the MD5) of what was written, {@code actual} that of what
 *     was found, or why it could not be read
 */
public record Damage(
    String bucket,
    String key,
    String versionId,
    String file,
    long offset,
    long length,
    String expected,
    String actual,
    Instant found) {
  public Damage {
    Objects.requireNonNull(bucket);
    Objects.requireNonNull(key);
    Objects.requireNonNull(versionId);
    Objects.requireNonNull(file);
    Objects.requireNonNull(expected);
    Objects.requireNonNull(actual);
    Objects.requireNonNull(found);
  }

  /** One line that says all of it. */
  public String line() {
    return bucket
        + "/"
        + key
        + " version "
        + versionId
        + " is damaged: "
        + length
        + " bytes at "
        + offset
        + " of "
        + file
        + " should sum up to "
        + expected
        + ", but: "
        + actual;
  }
}
