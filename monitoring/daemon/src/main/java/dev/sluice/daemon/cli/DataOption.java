package dev.sluice.daemon.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --data DIR}, which every command has. */
public final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".sluice",
      description = "where everything lies (default: ${DEFAULT-VALUE})")
  private Path directory = Path.of(".sluice");

  public Path directory() {
    return directory;
  }

  /** The pipeline that runs on this directory, or one clear line that none does. */
  public Pipeline pipeline() {
    return Pipeline.find(directory);
  }
}
