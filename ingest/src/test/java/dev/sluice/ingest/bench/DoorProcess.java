package dev.sluice.ingest.bench;

import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.ChildJvm;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The door in a JVM of its own, on a broker in another. */
final class DoorProcess implements AutoCloseable {
  static final String KEY = "bench-key";

  private final ChildJvm child;
  private final URI door;

  private DoorProcess(ChildJvm child, URI door) {
    this.child = child;
    this.door = door;
  }

  static DoorProcess start(Path directory, String bootstrapServers) throws Exception {
    ChildJvm child =
        ChildJvm.start(
            directory.resolve("door.err"),
            ChildJvm.arguments(List.of("-Xmx1g"), DoorProcess.class, List.of(bootstrapServers)),
            Map.of());
    return new DoorProcess(child, URI.create(child.ready()));
  }

  URI door() {
    return door;
  }

  long pid() {
    return child.pid();
  }

  @Override
  public void close() {
    child.close();
  }

  public static void main(String[] arguments) throws Exception {
    DoorSettings settings =
        Settings.read(DoorSettings.class, Optional.empty(), Map.of("SLUICE_PORT", "0"));
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
                  Path.of("target", "bench", "spool"),
                  List.of()));
      door.start();
      ChildJvm.serve(door.uri(), any -> "");
      door.stop();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
