package dev.sluice.transform.cli;

import dev.sluice.transform.report.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One submitted run: its own process, ended with us or when its time is up. */
final class SparkProcess {
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private final Duration patience;

  SparkProcess(List<String> command, Map<String, String> environment, Path log, Duration patience) {
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.log = log;
    this.patience = patience;
  }

  /** Runs it to its end, and returns its exit code. What is not progress goes to the log. */
  int run(Consumer<Progress> progress) throws IOException, InterruptedException {
    return lines(
        line -> {
          Optional<Progress> said = Progress.parse(line);
          said.ifPresent(progress);
          return said.isPresent();
        });
  }

  /** The same for a report of another kind: a line that is none of it goes to the log. */
  int lines(Predicate<String> report) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    // A SPARK_ variable of another Spark would point this one at its jars and settings.
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process process = builder.start();
    process.getOutputStream().close();
    Thread ending = new Thread(process::destroy, "end-spark");
    Runtime.getRuntime().addShutdownHook(ending);
    CompletableFuture<Void> limit =
        CompletableFuture.runAsync(
            process::destroyForcibly,
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (!report.test(line)) {
          Files.writeString(log, line + "\n", StandardOpenOption.APPEND);
        }
      }
      return process.waitFor();
    } finally {
      limit.cancel(false);
      process.destroy();
      forget(ending);
    }
  }

  private static void forget(Thread ending) {
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException alreadyEnding) {
      // The hook runs by itself.
      return;
    }
  }
}
