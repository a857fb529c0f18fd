package dev.sluice.ingest.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** What is counted of clients; their events are counted with all others. */
final class MqttMeters {
  private final MeterRegistry registry;

  MqttMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder("sluice.mqtt." + name, value).description(description).register(registry);
  }

  void connected() {
    counter("connects", "clients let in").register(registry).increment();
  }

  /** A client was not let in, or its connection was ended for what it did. */
  void turnedAway(String reason) {
    counter("turned.away", "clients not let in, or sent away")
        .tag("reason", reason)
        .register(registry)
        .increment();
  }

  /** A message that is an event of no stream; nothing of it is in the log. */
  void refused(String reason) {
    counter("refused", "messages that were not taken as events")
        .tag("reason", reason)
        .register(registry)
        .increment();
  }

  /** A packet of QoS 2 came again and was not appended again. */
  void repeated() {
    counter("repeated", "messages of QoS 2 that came again").register(registry).increment();
  }

  void will(String what) {
    counter("wills", "last wills").tag("what", what).register(registry).increment();
  }

  private static Counter.Builder counter(String name, String description) {
    return Counter.builder("sluice.mqtt." + name).description(description);
  }
}
