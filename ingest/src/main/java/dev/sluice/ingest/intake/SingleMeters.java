package dev.sluice.ingest.intake;

import dev.sluice.ingest.stream.Stream;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is counted of events that come one at a time: in the same counters as those of requests, for
 * a stream's events are one account whichever way they come. Received = accepted + refused +
 * unknown; what was refused but kept in the log is counted once more as kept.
 */
final class SingleMeters {
  private record Counters(Counter received, Counter accepted, Counter unknown, Counter bytes) {}

  private final MeterRegistry registry;
  private final Map<String, Counters> byStream = new ConcurrentHashMap<>();

  SingleMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void answered(Stream stream, int bytes, EventResult result) {
    Counters counters = arrived(stream, bytes);
    if (result instanceof EventResult.Receipt) {
      counters.accepted.increment();
    } else if (result instanceof EventResult.Refusal refusal) {
      refused(stream, refusal.reason());
    } else {
      counters.unknown.increment();
    }
  }

  /** It is no event, and the log has it. */
  void kept(Stream stream, int bytes, String reason) {
    arrived(stream, bytes);
    refused(stream, reason);
    counter("kept", "refused events whose bytes the log has", stream.name(), "reason", reason)
        .increment();
  }

  private Counters arrived(Stream stream, int bytes) {
    Counters counters = byStream.computeIfAbsent(stream.name(), this::counters);
    counters.received.increment();
    counters.bytes.increment(bytes);
    return counters;
  }

  private void refused(Stream stream, String reason) {
    counter("refused", "events refused", stream.name(), "reason", reason).increment();
  }

  private Counters counters(String stream) {
    return new Counters(
        counter("received", "events read from requests", stream),
        counter("accepted", "events the log acknowledged", stream),
        counter("unknown", "events the log may hold or not", stream),
        counter("bytes", "bytes of bodies with events", stream));
  }

  private Counter counter(String name, String description, String stream, String... tags) {
    return Counter.builder("sluice.door." + name)
        .description(description)
        .tag("stream", stream)
        .tags(tags)
        .register(registry);
  }
}
