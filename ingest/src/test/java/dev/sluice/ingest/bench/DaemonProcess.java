package dev.sluice.ingest.bench;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.ChildJvm;
import dev.sluice.ingest.Ingest;
import dev.sluice.ingest.IngestSettings;
import dev.sluice.ingest.Surroundings;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The ingest daemon, door and all, as a process of its own on a broker and a lake given to it. */
final class DaemonProcess implements AutoCloseable {
  private final ChildJvm child;
  private final URI door;

  private DaemonProcess(ChildJvm child, URI door) {
    this.child = child;
    this.door = door;
  }

  /** With the settings of the benchmarks and, as variables, more. */
  static DaemonProcess start(
      Path directory, List<String> flags, String broker, URI catalog, Map<String, String> more)
      throws Exception {
    Files.createDirectories(directory);
    Map<String, String> variables = new HashMap<>(more);
    variables.put("SLUICE_DATA", directory.toString());
    variables.put("SLUICE_LOG_BOOTSTRAP_SERVERS", broker);
    variables.put("SLUICE_SINK_CATALOG", catalog.toString());
    ChildJvm child =
        ChildJvm.start(
            directory.resolve("daemon.err"),
            ChildJvm.arguments(flags, DaemonProcess.class, List.of(Clicks.settings().toString())),
            variables);
    return new DaemonProcess(child, URI.create(child.ready()));
  }

  URI door() {
    return door;
  }

  ChildJvm child() {
    return child;
  }

  @Override
  public void close() {
    child.close();
  }

  public static void main(String[] arguments) throws Exception {
    try (Telemetry telemetry = new Telemetry()) {
      Ingest ingest =
          new Ingest(
              Settings.read(
                  IngestSettings.class, Optional.of(Path.of(arguments[0])), System.getenv()),
              new Surroundings(
                  Vertx.vertx(),
                  new Health(),
                  telemetry,
                  InstantSource.system(),
                  UUID::randomUUID,
                  new Secret("bench")),
              List.of());
      ingest.start();
      ChildJvm.serve(ingest.door(), question -> "");
      ingest.stop();
    }
  }
}
