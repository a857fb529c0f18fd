package dev.sluice.transform.cli;

import dev.sluice.daemon.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whose jobs are meant. */
final class ProjectOption {
  @Option(
      names = "--project",
      paramLabel = "DIR",
      description = "the folder with jobs of one's own, beside the shipped ones; see etl new")
  private Path folder;

  /** The words that say so to the entry point. */
  List<String> words() {
    return Optional.ofNullable(folder)
        .map(
            path -> {
              if (!Files.isDirectory(path)) {
                throw CommandFailure.usage("--project " + path + " is no folder");
              }
              return List.of("--project", path.toAbsolutePath().normalize().toString());
            })
        .orElse(List.of());
  }
}
