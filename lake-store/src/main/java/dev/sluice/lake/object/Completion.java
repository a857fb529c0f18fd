package dev.sluice.lake.object;

import java.util.List;
import java.util.Optional;

/**
 * Which parts an upload is to become, in order, and the checksum the client expects of the whole.
 */
public record Completion(List<Chosen> parts, Optional<String> checksum) {
  /** A part by number, with the ETag and perhaps the checksum the client was told. */
  public record Chosen(int number, String etag, Optional<String> checksum) {
    boolean agrees(Optional<StoredChecksum> stored) {
      return checksum.isEmpty() || stored.isEmpty() || checksum.get().equals(stored.get().value());
    }
  }

  public Completion {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new StoreException(
          StoreException.Reason.INVALID_PART, "You must specify at least one part");
    }
  }
}
