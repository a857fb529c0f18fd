package dev.sluice.ingest;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.Telemetry;
import dev.sluice.ingest.produce.Delivery;
import dev.sluice.ingest.produce.DoorClient;
import dev.sluice.ingest.produce.Shop;
import dev.sluice.ingest.produce.Span;
import io.vertx.core.Vertx;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Measures what the door takes at each durability: {@code DoorLoad [EVENTS [DIRECTORY]]}. */
public final class DoorLoad {
  private static final Secret KEY = new Secret("load");
  private static final Span DAY = Span.day(LocalDate.of(2026, 1, 31));

  private DoorLoad() {}

  public static void main(String[] arguments) throws Exception {
    long events = arguments.length > 0 ? Long.parseLong(arguments[0]) : 200_000;
    Path directory = Path.of(arguments.length > 1 ? arguments[1] : "target/tmp");
    Files.createDirectories(directory);
    for (String durability : List.of("sync", "batch", "none")) {
      Vertx vertx = Vertx.vertx();
      try (Telemetry telemetry = new Telemetry()) {
        Ingest ingest =
            new Ingest(
                Settings.read(
                    IngestSettings.class,
                    Optional.empty(),
                    Map.of(
                        "SLUICE_DATA",
                        Files.createTempDirectory(directory, "load").toString(),
                        "SLUICE_DOOR_PORT",
                        "0",
                        "SLUICE_MQTT_PORT",
                        "0",
                        "SLUICE_LOG_PORT",
                        "0",
                        "SLUICE_LOG_DURABILITY",
                        durability)),
                new Surroundings(
                    vertx, new Health(), telemetry, InstantSource.system(), UUID::randomUUID, KEY),
                List.of());
        try {
          ingest.start();
          send(ingest, events / 4);
          Delivery measured = send(ingest, events);
          System.out.printf(
              Locale.ROOT,
              "%-5s %d events in %.1f s: %.0f events/s%n",
              durability,
              measured.accepted(),
              measured.took().toMillis() / 1000.0,
              measured.perSecond());
        } finally {
          ingest.stop();
        }
      }
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static Delivery send(Ingest ingest, long events) throws Exception {
    // Made beforehand: the simulation's own work is not the door's.
    Iterator<String> lines = new Shop().events(events, events, DAY).toList().iterator();
    return new DoorClient(
            HttpClient.newHttpClient(),
            ingest.door(),
            "app-events",
            KEY.value(),
            DoorClient.Pace.standard())
        .send(lines, done -> {});
  }
}
