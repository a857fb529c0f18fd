package dev.sluice.ingest.door;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The requests the door answered. */
final class DoorMeters {
  private final MeterRegistry registry;

  DoorMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void request(int status) {
    Counter.builder("sluice.door.requests")
        .description("requests by status")
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }
}
