package dev.sluice.infra.local;

import dev.sluice.daemon.Settings;
import dev.sluice.daemon.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --config FILE}, which every daemon has. */
final class ConfigOption {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "the daemon's settings in YAML; a variable SLUICE_KEY in the environment wins over a key in it")
  private Path file;

  /** The file, if one was named; it must be there. */
  Optional<Path> file() {
    if (file != null && !Files.isRegularFile(file)) {
      throw CommandFailure.usage("no settings file at " + file);
    }
    return Optional.ofNullable(file);
  }

  /** The settings of the file and the environment. */
  <T extends Record> T read(Class<T> type) {
    return Settings.read(type, file(), System.getenv());
  }
}
