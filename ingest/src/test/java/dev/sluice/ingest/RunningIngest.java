package dev.sluice.ingest;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.ingest.cli.DeadLettersCommand;
import dev.sluice.ingest.cli.ReceiptCommand;
import dev.sluice.ingest.cli.StreamCommand;
import dev.sluice.ingest.cli.VerifyCommand;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.sink.House;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The module at work on the tests' broker and lake, and the commands that ask it. */
final class RunningIngest implements AutoCloseable {

  /** Stands for the launcher's root command. */
  @Command(
      name = "sluice",
      subcommands = {
        DeadLettersCommand.class,
        VerifyCommand.class,
        StreamCommand.class,
        ReceiptCommand.class
      })
  static final class Root {}

  record Run(int exit, String out, String err) {}

  private final Path data;
  private final Vertx vertx = Vertx.vertx();
  private final Telemetry telemetry = new Telemetry();
  private final Ingest ingest;

  private RunningIngest(Path data, IngestSettings settings) {
    this.data = data;
    this.ingest =
        new Ingest(
            settings,
            new Surroundings(
                vertx,
                new Health(),
                telemetry,
                InstantSource.system(),
                UUID::randomUUID,
                new Secret("key")),
            List.of());
  }

  static RunningIngest start(Path data, House house, Path settings) throws Exception {
    IngestSettings read =
        Settings.read(
                IngestSettings.class,
                Optional.of(settings),
                Map.of(
                    "SLUICE_DATA",
                    data.toString(),
                    "SLUICE_DOOR_PORT",
                    "0",
                    "SLUICE_MQTT_PORT",
                    "0",
                    "SLUICE_LOG_BOOTSTRAP_SERVERS",
                    KafkaFixture.bootstrapServers(),
                    "SLUICE_SINK_GROUP",
                    "group-" + data.getFileName(),
                    "SLUICE_JOURNAL_TOPIC",
                    "journal-" + data.getFileName(),
                    "SLUICE_SINK_PAUSE_MAX",
                    "1s",
                    "SLUICE_SINK_COMMIT_INTERVAL_MIN",
                    "200ms"))
            .on(house.catalogUri(), Optional.empty());
    RunningIngest running = new RunningIngest(data, read);
    running.ingest.start();
    new Endpoints(
            running.door(),
            running.door(),
            Optional.empty(),
            KafkaFixture.bootstrapServers(),
            house.catalogUri(),
            house.catalogUri(),
            Optional.empty(),
            new Endpoints.Credentials("a", "s", "key"),
            ProcessHandle.current().pid())
        .write(data);
    return running;
  }

  URI mqtt() {
    return ingest.mqtt();
  }

  URI door() {
    return ingest.door();
  }

  List<String> routes() {
    return ingest.routes();
  }

  /** What it says of itself. */
  String health() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(door().resolve("/healthz")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  Run run(String... arguments) {
    return run(data, arguments);
  }

  /** A command on a directory, whether a pipeline runs on it or not. */
  static Run run(Path data, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--data");
    all.add(data.toString());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new Root())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  if (failure instanceof CommandFailure known) {
                    command.getErr().println(known.getMessage());
                    return known.exitCode();
                  }
                  throw failure;
                })
            .execute(all.toArray(String[]::new));
    return new Run(exit, out.toString(), err.toString());
  }

  @Override
  public void close() {
    try {
      ingest.stop();
    } finally {
      telemetry.close();
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(20, TimeUnit.SECONDS)
          .join();
    }
  }
}
