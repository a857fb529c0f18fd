package dev.sluice.lake.access;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The keys that are good for the store, besides its owner's. */
public record AccessSettings(@Default("") List<AccessKey> keys) {
  public AccessSettings {
    keys = List.copyOf(keys);
    Set<String> ids = new HashSet<>();
    for (AccessKey key : keys) {
      if (!ids.add(key.id())) {
        throw new SettingsException("keys holds '" + key.id() + "' twice");
      }
    }
  }
}
