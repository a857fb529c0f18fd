package dev.sluice.ingest.chaos;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Service;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.ChildJvm;
import dev.sluice.ingest.IngestSettings;
import dev.sluice.ingest.log.EmbeddedBroker;
import dev.sluice.ingest.sink.SinkWorkers;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.lake.Lake;
import dev.sluice.lake.LakeSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A process that is killed, frozen and started again: broker, lake or sink, each as it is run in
 * production, on the same directory and ports in every life. A signal to end stops it in good
 * order; its exit code says whether that went well.
 */
final class Node {
  /** What it is. */
  enum Role {
    BROKER,
    LAKE,
    SINK
  }

  private static final List<String> FLAGS =
      List.of("-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Role role;
  private final Path directory;
  private final String argument;
  private final Map<String, String> variables;
  private Optional<ChildJvm> child = Optional.empty();
  private int lives;

  /** One that does not run yet; the argument is the broker's port or the sink's name. */
  Node(Role role, Path directory, String argument, Map<String, String> variables) {
    this.role = role;
    this.directory = directory;
    this.argument = argument;
    this.variables = Map.copyOf(variables);
  }

  void start() throws Exception {
    start(Map.of());
  }

  /** Starts it with further variables, which hold for this life. */
  synchronized void start(Map<String, String> more) throws Exception {
    Files.createDirectories(directory);
    Map<String, String> environment = new java.util.HashMap<>(variables);
    environment.putAll(more);
    ChildJvm started =
        ChildJvm.start(
            directory.resolve(argument + "-" + ++lives + ".err"),
            ChildJvm.arguments(
                FLAGS, Node.class, List.of(role.name(), directory.toString(), argument)),
            environment);
    child = Optional.of(started);
    String unused = started.ready();
  }

  /** SIGKILL, whatever it is doing. */
  synchronized void kill() throws InterruptedException {
    if (child.isPresent()) {
      child.get().kill();
    }
    child = Optional.empty();
  }

  /** SIGSTOP: it is there, holds what it holds, and does nothing. */
  void freeze() throws Exception {
    signal("-STOP");
  }

  /** SIGCONT: it goes on as if no time had passed. */
  void thaw() throws Exception {
    signal("-CONT");
  }

  private synchronized void signal(String name) throws Exception {
    if (child.isPresent()) {
      new ProcessBuilder("kill", name, Long.toString(child.get().pid())).start().waitFor();
    }
  }

  synchronized boolean runs() {
    return child.isPresent();
  }

  /** Asks it to end: its exit code, or 137 when it had to be killed. */
  synchronized int end() throws InterruptedException {
    int exit = child.isPresent() ? child.get().end() : 0;
    child = Optional.empty();
    return exit;
  }

  public static void main(String[] arguments) throws Exception {
    Service service =
        service(Role.valueOf(arguments[0]), Path.of(arguments[1]), arguments[2], System.getenv());
    service.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(service)));
    ChildJvm.serve(service.name(), question -> "");
    System.exit(0);
  }

  private static Service service(
      Role role, Path directory, String argument, Map<String, String> environment) {
    return switch (role) {
      case BROKER -> new EmbeddedBroker(directory.resolve("log"), Integer.parseInt(argument));
      case LAKE ->
          new Lake(
              Settings.read(LakeSettings.class, Optional.empty(), environment)
                  .in(directory.resolve("lake")),
              Vertx.vertx(),
              new Telemetry(),
              new Health(),
              InstantSource.system(),
              new SecureRandom());
      case SINK -> sink(argument, directory, environment);
    };
  }

  private static Service sink(String name, Path directory, Map<String, String> environment) {
    IngestSettings settings = Settings.read(IngestSettings.class, Optional.empty(), environment);
    return new SinkWorkers(
        name,
        settings.sink(),
        () -> settings.log().bootstrapServers().orElseThrow(),
        Streams.of(List.of(NumberedEvents.STREAM)),
        new EventDecoder(DecodeLimits.standard()),
        directory.resolve("recent"),
        Clock.systemUTC(),
        UUID::randomUUID,
        new SimpleMeterRegistry(),
        new Health());
  }

  private static void stop(Service service) {
    int exit = 0;
    try {
      service.stop();
    } catch (Exception e) {
      e.printStackTrace();
      exit = 1;
    }
    Runtime.getRuntime().halt(exit);
  }
}
