package dev.sluice.transform.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.transform.report.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A question to the catalog, asked by a process on Spark's class path and without Spark. */
final class OutlookProcess {
  private static final String MAIN_CLASS = "dev.sluice.transform.Outlook";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final InstantSource clock;
  private final SparkInstallation spark;
  private final Path directory;

  private JsonNode answer;
  private String why = "";

  /**
   * @param directory where its log goes
   */
  OutlookProcess(InstantSource clock, SparkInstallation spark, Path directory) {
    this.clock = clock;
    this.spark = spark;
    this.directory = directory;
  }

  /** The answer, or one line that says why there is none. */
  JsonNode ask(Endpoints pipeline, List<String> words) throws IOException, InterruptedException {
    Path scratch = Files.createDirectories(directory.resolve("scratch")).toAbsolutePath();
    Path log = directory.resolve("outlook.log");
    PrivateFiles.fresh(log);
    Path properties = scratch.resolve("outlook-" + ProcessHandle.current().pid() + ".properties");
    Submission catalog = new Submission(List.of(), "local[1]", "512m", Map.of());
    int exit;
    try {
      PrivateFiles.write(properties, catalog.properties(pipeline, scratch));
      exit =
          new SparkProcess(command(properties, scratch, words), Map.of(), log, PATIENCE)
              .run(this::note);
    } finally {
      Files.deleteIfExists(properties);
    }
    if (exit != 0 || answer == null) {
      throw CommandFailure.failed(
          (why.isEmpty() ? "the catalog was not read" : why) + " (log: " + log + ")");
    }
    return answer;
  }

  private List<String> command(Path properties, Path scratch, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.add("-Djava.io.tmpdir=" + scratch);
    command.addAll(List.of("-cp", spark.classPath() + ":" + spark.job()));
    command.addAll(List.of(MAIN_CLASS, properties.toString(), clock.instant().toString()));
    command.addAll(words);
    return List.copyOf(command);
  }

  private void note(Progress progress) {
    if (progress instanceof Progress.Answer said) {
      answer = said.answer();
    } else if (progress instanceof Progress.Failed failed) {
      why = failed.why();
    }
  }
}
