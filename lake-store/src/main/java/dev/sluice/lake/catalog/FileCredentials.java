package dev.sluice.lake.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Gives out keys to the files under some locations. */
public interface FileCredentials {
  /** What is to be done with the files; the owner may do anything with all of them. */
  enum Use {
    READ,
    WRITE,
    EVERYTHING
  }

  /**
   * A key, if one is needed that the client does not have.
   *
   * @param expires after which the client must ask again
   */
  record Handed(Optional<FileAccess.Keys> keys, Optional<Instant> expires) {
    /** A key that stays good. */
    public static Handed lasting(Optional<FileAccess.Keys> keys) {
      return new Handed(keys, Optional.empty());
    }
  }

  Handed of(List<String> locations, Use use);
}
