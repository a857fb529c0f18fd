package dev.sluice.ingest;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Telemetry;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What a composition root lends to the module and closes after it.
 *
 * @param ids names for files: never the same twice, in any process
 * @param writeKey what senders must show where the settings say none
 */
public record Surroundings(
    Vertx vertx,
    Health health,
    Telemetry telemetry,
    InstantSource clock,
    Supplier<UUID> ids,
    Secret writeKey) {
  public Surroundings {
    Objects.requireNonNull(vertx, "vertx");
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(telemetry, "telemetry");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(ids, "ids");
    Objects.requireNonNull(writeKey, "writeKey");
  }
}
