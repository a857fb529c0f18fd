package dev.sluice.infra.local;

import dev.sluice.daemon.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./sluice demo}: the main job in one command, leaving nothing running. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "The main job in one command: start the pipeline, send events through the front door,",
      "lose a node, ask SQL, run the night, verify that each event is there once, stop."
    })
final class DemoCommand implements Callable<Integer> {
  private static final Path OWN_DIRECTORY = Path.of(".sluice", "demo");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "where everything lies (default: .sluice/demo, emptied first)")
  private Path given;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "100000",
      description = "how many events (default: ${DEFAULT-VALUE})")
  private long events = 100_000;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (events < 100) {
      throw CommandFailure.usage("--events must be at least 100, not " + events);
    }
    Path launcher = launcher();
    Path directory = Optional.ofNullable(given).orElse(OWN_DIRECTORY);
    if (given == null) {
      empty(directory);
    }
    Files.createDirectories(directory);
    DemoScreen screen = new DemoScreen(spec.commandLine().getOut(), spec.commandLine().getErr());
    screen.title(
        "Sluice demo: "
            + String.format(java.util.Locale.ROOT, "%,d", events)
            + " events, data in "
            + directory);
    screen.begin("start");
    try (PipelineProcess pipeline =
        PipelineProcess.start(
            List.of(launcher.toString()), directory, directory.resolve("errors.log"))) {
      screen.done("the pipeline is up at " + pipeline.client().endpoints().console());
      new Demo(directory, pipeline.client(), screen, Clock.systemUTC()).run(events);
      screen.begin("stop");
    }
    screen.done("nothing is left running; the data stays in " + directory);
    screen.summary();
    return 0;
  }

  private static Path launcher() {
    String home = System.getProperty("sluice.home");
    if (home == null) {
      throw CommandFailure.usage("the demo starts a pipeline of its own: run it as ./sluice demo");
    }
    return Path.of(home, "sluice");
  }

  /** Only ever the demo's own directory, and never under a pipeline that runs on it. */
  private static void empty(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    if (DataDirectory.held(directory)) {
      throw CommandFailure.failed(
          "another demo runs on " + directory + "; wait for it, or choose another --data");
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
