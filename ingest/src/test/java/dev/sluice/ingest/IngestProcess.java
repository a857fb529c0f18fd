package dev.sluice.ingest;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Log and door in a JVM of their own, to be killed. */
public final class IngestProcess implements AutoCloseable {
  public static final String KEY = "child-key";
  private static final List<String> FLAGS =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final ChildJvm child;
  private final URI door;

  private IngestProcess(ChildJvm child, URI door) {
    this.child = child;
    this.door = door;
  }

  /** Starts one on free ports and waits until its door is open. */
  public static IngestProcess start(Path data) throws Exception {
    ChildJvm child =
        ChildJvm.start(
            data.resolve("child.log"),
            ChildJvm.arguments(FLAGS, IngestProcess.class, List.of(data.toString())),
            Map.of());
    return new IngestProcess(child, URI.create(child.ready()));
  }

  public URI door() {
    return door;
  }

  /** No goodbye: SIGKILL. */
  public void kill() throws InterruptedException {
    child.kill();
  }

  /** Heap in use after a collection, which the child makes when asked on its standard input. */
  public long heapInUse() throws IOException {
    return Long.parseLong(child.ask("heap"));
  }

  @Override
  public void close() {
    child.close();
  }

  /** The data directory, and further settings as {@code NAME=value}. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "SLUICE_DATA",
                arguments[0],
                "SLUICE_DOOR_PORT",
                "0",
                "SLUICE_MQTT_PORT",
                "0",
                "SLUICE_LOG_PORT",
                "0"));
    for (int i = 1; i < arguments.length; i++) {
      String[] setting = arguments[i].split("=", 2);
      environment.put(setting[0], setting[1]);
    }
    try (Telemetry telemetry = new Telemetry()) {
      Ingest ingest =
          new Ingest(
              Settings.read(IngestSettings.class, Optional.empty(), environment),
              new Surroundings(
                  Vertx.vertx(),
                  new Health(),
                  telemetry,
                  InstantSource.system(),
                  UUID::randomUUID,
                  new Secret(KEY)),
              List.of());
      ingest.start();
      ChildJvm.serve(
          ingest.door(), asked -> asked.equals("mqtt") ? ingest.mqtt().toString() : heap());
      ingest.stop();
    }
  }

  private static String heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return Long.toString(runtime.totalMemory() - runtime.freeMemory());
  }
}
