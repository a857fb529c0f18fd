package dev.sluice.transform.cli;

import dev.sluice.daemon.cli.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which jobs are meant, and which days are looked at. */
final class JobOptions {
  @Mixin private ProjectOption project;

  @Option(
      names = "--jobs",
      paramLabel = "A,B",
      description = "the tables to make: sessions,gold.transactions (all)")
  private String jobs;

  @Option(
      names = "--horizon",
      paramLabel = "DAYS",
      description = "how many days are looked at for what is stale (35)")
  private Integer horizon;

  @Option(
      names = "--close-after",
      paramLabel = "MINUTES",
      description = "how long after midnight, UTC, a day stays open (60)")
  private Integer closeAfter;

  /** The words that say so to the entry point. */
  List<String> words() {
    List<String> words = new ArrayList<>(project.words());
    Optional.ofNullable(jobs).ifPresent(names -> words.addAll(List.of("--jobs", names)));
    Optional.ofNullable(horizon).ifPresent(days -> put(words, "--horizon", days, 1));
    Optional.ofNullable(closeAfter).ifPresent(minutes -> put(words, "--close-after", minutes, 0));
    return words;
  }

  private static void put(List<String> words, String name, int value, int least) {
    if (value < least) {
      throw CommandFailure.usage(name + " is at least " + least);
    }
    words.addAll(List.of(name, String.valueOf(value)));
  }
}
