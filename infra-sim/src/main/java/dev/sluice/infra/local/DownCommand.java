package dev.sluice.infra.local;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.cli.DataOption;
import dev.sluice.daemon.endpoint.Endpoints;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./sluice down}: drains and stops the pipeline. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Drains and stops the pipeline.")
final class DownCommand implements Callable<Integer> {
  @Mixin private DataOption data = new DataOption();
  @Spec private CommandSpec spec;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "how long to wait for the drain (default: ${DEFAULT-VALUE})")
  private long patienceSeconds = 60;

  @Override
  public Integer call() throws Exception {
    Path directory = data.directory();
    Endpoints endpoints = Endpoints.read(directory).orElse(null);
    if (endpoints == null || !DataDirectory.held(directory)) {
      spec.commandLine().getOut().println("no pipeline runs on " + directory);
      return 0;
    }
    ProcessHandle process = ProcessHandle.of(endpoints.pid()).orElse(null);
    if (process != null) {
      process.destroy();
      try {
        process.onExit().get(patienceSeconds, TimeUnit.SECONDS);
      } catch (TimeoutException slow) {
        throw CommandFailure.failed(
            "process "
                + endpoints.pid()
                + " still drains after "
                + patienceSeconds
                + " s; wait longer with --patience, or look at its log");
      }
    }
    spec.commandLine().getOut().println("stopped the pipeline on " + directory);
    return 0;
  }
}
