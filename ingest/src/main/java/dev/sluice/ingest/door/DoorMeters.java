package dev.sluice.ingest.door;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The requests the door answered; keys are few, so they may be told apart. */
final class DoorMeters {
  private final MeterRegistry registry;

  DoorMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void limited(String key, String limit) {
    Counter.builder("sluice.door.limited")
        .description("requests refused because of their key's limits")
        .tag("key", key)
        .tag("limit", limit)
        .register(registry)
        .increment();
  }

  void request(int status) {
    Counter.builder("sluice.door.requests")
        .description("requests by status")
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }
}
