package dev.sluice.infra.local;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.Pipeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code up} as a process of its own, ended with its owner. */
final class PipelineProcess implements AutoCloseable {
  /** The line by which {@code up} says that it is ready. */
  static final String READY = "Sluice is up";

  private static final long DRAIN_SECONDS = 60;

  private final Process process;
  private final Path data;
  private final Thread ender;

  private PipelineProcess(Process process, Path data) {
    this.process = process;
    this.data = data;
    this.ender = new Thread(process::destroy, "end-the-pipeline");
    Runtime.getRuntime().addShutdownHook(ender);
  }

  /**
   * Starts {@code up} on {@code data} with free ports and returns when it is ready.
   *
   * @param launcher the words that run Sluice, without its command
   * @param errors where what the process says on its error stream goes
   */
  static PipelineProcess start(List<String> launcher, Path data, Path errors) throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of("up", "--data", data.toString(), "--ports", "auto"));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
            .start();
    PipelineProcess pipeline = new PipelineProcess(process, data);
    try {
      pipeline.awaitReady(errors);
      return pipeline;
    } catch (IOException | RuntimeException failure) {
      pipeline.close();
      throw failure;
    }
  }

  private void awaitReady(Path errors) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = out.readLine();
    }
    if (line == null) {
      String why = Files.readString(errors).strip().lines().reduce("", (earlier, last) -> last);
      throw CommandFailure.failed(
          "the pipeline did not start: " + why + "; more in " + data.resolve("sluice.log"));
    }
  }

  /** The pipeline, for calls to it. */
  Pipeline client() {
    return Pipeline.find(data);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** How it ended, once it has. */
  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  /** Ends it as {@code kill -9} does, and returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Has it drain and stop. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(DRAIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Runtime.getRuntime().removeShutdownHook(ender);
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException alreadyEnding) {
      // The hook runs: this process is on its way out, and takes the pipeline with it.
      process.destroy();
    }
  }
}
