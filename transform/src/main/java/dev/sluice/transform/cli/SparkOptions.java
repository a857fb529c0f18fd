package dev.sluice.transform.cli;

import dev.sluice.daemon.cli.CommandFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** How Spark is started: what every command that submits to it has. */
final class SparkOptions {
  private static final Pattern MEMORY = Pattern.compile("\\d{1,6}[mg]");

  @Option(
      names = "--master",
      paramLabel = "URL",
      defaultValue = "local[*]",
      description = "where Spark runs: local[*] or spark://host:7077 (${DEFAULT-VALUE})")
  private String master;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description = "heap of the driver and of each executor (${DEFAULT-VALUE})")
  private String memory;

  @Option(
      names = "--patience",
      paramLabel = "MINUTES",
      defaultValue = "360",
      description = "when to give the run up (${DEFAULT-VALUE})")
  private long patienceMinutes;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "a setting of Spark's; may be repeated")
  private Map<String, String> settings;

  /** The submission of words to the entry point, or one line on what is wrong with an option. */
  Submission submission(List<String> words) {
    if (!MEMORY.matcher(memory).matches()) {
      throw CommandFailure.usage("--memory " + memory + " is no size; write it as 512m or 2g");
    }
    if (patienceMinutes < 1) {
      throw CommandFailure.usage("--patience is at least 1 minute");
    }
    return new Submission(words, master, memory, Optional.ofNullable(settings).orElse(Map.of()));
  }

  Duration patience() {
    return Duration.ofMinutes(patienceMinutes);
  }
}
