package dev.sluice.lake.object;

import dev.sluice.daemon.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The defaults in a directory, with some things changed, written as in YAML. */
public final class TestSettings {
  private TestSettings() {}

  public static ObjectSettings in(Path directory, Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>();
    environment.put("SLUICE_DIRECTORY", directory.toString());
    changes.forEach(
        (key, value) ->
            environment.put(
                "SLUICE_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'),
                value));
    return Settings.read(ObjectSettings.class, Optional.empty(), environment);
  }
}
