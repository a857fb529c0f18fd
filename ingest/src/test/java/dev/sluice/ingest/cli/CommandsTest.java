package dev.sluice.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.ingest.IngestProcess;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CommandsTest {
  /** Stands for the launcher's root command: same rule for exit codes. */
  @Command(
      name = "sluice",
      subcommands = {StreamCommand.class})
  public static final class Root {
    public static void main(String[] arguments) {
      Result result = run(arguments);
      System.out.println(result.out());
      System.out.println(result.err());
      System.out.println("exit " + result.exitCode());
    }
  }

  record Result(int exitCode, String out, String err) {}

  @TempDir static Path data;
  private static IngestProcess ingest;

  @BeforeAll
  static void start() throws Exception {
    ingest = IngestProcess.start(data);
    URI nowhere = URI.create("http://127.0.0.1:1");
    new Endpoints(
            nowhere,
            ingest.door(),
            Optional.empty(),
            "127.0.0.1:1",
            nowhere,
            nowhere,
            Optional.empty(),
            new Endpoints.Credentials("a", "s", IngestProcess.KEY),
            ProcessHandle.current().pid())
        .write(data);
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void producedEventsAreAcceptedAndCounted() {
    Result shop =
        run("produce", "app-events", "--count", "2500", "--seed", "7", "--data", data.toString());
    assertThat(shop.exitCode()).as(shop.err()).isZero();
    assertThat(shop.out()).contains("app-events: sent 2500, accepted 2500, refused 0, unknown 0");
    Result day =
        run(
            "produce",
            "sensor-readings",
            "--count=700",
            "--date=2026-01-31",
            "--rate=5000",
            "--data",
            data.toString());
    assertThat(day.exitCode()).as(day.err()).isZero();
    assertThat(day.out()).contains("accepted 700");
  }

  @Test
  void refusedEventsEndWithOneAndTheReasons() {
    Result wrong =
        run(
            "produce",
            "app-events",
            "--kind",
            "sensor",
            "--count",
            "10",
            "--data",
            data.toString());
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err()).contains("missing-field=10").contains("user_id is missing");
  }

  @Test
  void badUsageEndsWithTwoAndOneLine() {
    assertThat(run("produce", "clicks", "--count", "1", "--data", data.toString()))
        .isEqualTo(
            new Result(
                2, "", "say what the events of clicks are like: --kind shop or --kind sensor\n"));
    assertThat(run("produce", "app-events", "--count", "0").exitCode()).isEqualTo(2);
    assertThat(run("produce", "app-events", "--count", "1", "--date", "2999-01-01").exitCode())
        .isEqualTo(2);
  }

  @Test
  void anUnknownStreamIsTheDoorsWord() {
    Result wrong =
        run("produce", "app-event", "--kind=shop", "--count=10", "--data", data.toString());
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err()).contains("did you mean app-events?");
  }

  @Test
  void whereNothingRunsThatIsSaid() {
    Result nothing =
        run("produce", "app-events", "--count", "1", "--data", data.resolve("none").toString());
    assertThat(nothing.exitCode()).isEqualTo(1);
    assertThat(nothing.err()).contains("no pipeline runs on");
  }

  @Test
  void streamsAreListedAndShown() {
    Result list = run("stream", "list", "--data", data.toString());
    assertThat(list.exitCode()).isZero();
    assertThat(list.out()).contains("app-events").contains("raw.sensor_readings");
    Result show = run("stream", "show", "app-events", "--data", data.toString());
    assertThat(show.out()).contains("event_id").contains("required").contains("double");
    assertThat(run("stream", "show", "app_events", "--data", data.toString()).err())
        .contains("did you mean app-events?");
  }

  @Test
  void theCommandsRunWithoutBrokerServerOrTableClasses() throws Exception {
    String classPath =
        Arrays.stream(classPath().split(File.pathSeparator, -1))
            .filter(
                entry ->
                    !entry.matches(
                        ".*(kafka|iceberg|vertx|netty|hadoop|parquet|avro|awssdk|scala).*\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                Root.class.getName(),
                "produce",
                "app-events",
                "--count=20",
                "--data",
                data.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).contains("accepted 20").contains("exit 0");
  }

  /** Surefire hides the class path in a jar's manifest and names it here. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(new Root())
            .addSubcommand(new ProduceCommand(InstantSource.system()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  if (failure instanceof CommandFailure known) {
                    command.getErr().println(known.getMessage());
                    return known.exitCode();
                  }
                  throw failure;
                });
    return new Result(line.execute(arguments), out.toString(), err.toString());
  }
}
