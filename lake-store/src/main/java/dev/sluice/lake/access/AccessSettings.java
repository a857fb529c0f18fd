package dev.sluice.lake.access;

import dev.sluice.daemon.Default;
import java.util.List;

/** The keys that are good for the store. */
public record AccessSettings(@Default("") List<AccessKey> keys) {
  public AccessSettings {
    keys = List.copyOf(keys);
  }
}
