package dev.sluice.ingest;

import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.door.Door;
import dev.sluice.ingest.door.DoorSettings;
import dev.sluice.ingest.door.Fittings;
import dev.sluice.ingest.key.WriteKeys;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.LogProducers;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The door in a JVM of its own, on a broker in another. */
public final class DoorProcess implements AutoCloseable {
  public static final String KEY = "bench-key";

  private final ChildJvm child;
  private final URI door;

  private DoorProcess(ChildJvm child, URI door) {
    this.child = child;
    this.door = door;
  }

  /** Settings are the door's, such as {@code SLUICE_SPOOL}. */
  public static DoorProcess start(
      Path directory, String bootstrapServers, Map<String, String> settings) throws Exception {
    ChildJvm child =
        ChildJvm.start(
            directory.resolve("door.err"),
            ChildJvm.arguments(
                List.of("-Xmx1g"),
                DoorProcess.class,
                List.of(bootstrapServers, directory.resolve("spool").toString())),
            settings);
    return new DoorProcess(child, URI.create(child.ready()));
  }

  public URI door() {
    return door;
  }

  /** No goodbye: SIGKILL. */
  public void kill() throws InterruptedException {
    child.kill();
  }

  @Override
  public void close() {
    child.close();
  }

  private static Map<String, String> environment() {
    Map<String, String> ours = new HashMap<>(System.getenv());
    ours.keySet().removeIf(name -> !name.startsWith("SLUICE_"));
    ours.put("SLUICE_PORT", "0");
    return ours;
  }

  public static void main(String[] arguments) throws Exception {
    DoorSettings settings = Settings.read(DoorSettings.class, Optional.empty(), environment());
    Vertx vertx = Vertx.vertx();
    try (Telemetry telemetry = new Telemetry()) {
      Door door =
          new Door(
              settings,
              new Fittings(
                  vertx,
                  Streams.shipped(),
                  () ->
                      LogProducers.create(
                          arguments[0], settings.maxEvent().intBytes(), settings.answerPatience()),
                  Durability.SYNC,
                  WriteKeys.only(new Secret(KEY), InstantSource.system()),
                  new DaemonPages(new Health(), telemetry),
                  telemetry.registry(),
                  InstantSource.system(),
                  UUID::randomUUID,
                  Path.of(arguments[1]),
                  List.of()));
      door.start();
      ChildJvm.serve(door.uri(), any -> "");
      door.stop();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
