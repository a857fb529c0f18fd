package dev.sluice.ingest.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What the door counts. For each stream, received = accepted + refused + unknown: all of a
 * request's events are counted at once, when its answer is known. A request turned away as a whole,
 * its events never read, is counted as a request only.
 */
final class IntakeMeters {
  private final MeterRegistry registry;

  IntakeMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void answered(String stream, Answer answer, long bytes, Duration took) {
    int accepted = 0;
    int unknown = 0;
    int spooled = answer.spooled();
    Map<String, Integer> refused = new HashMap<>();
    for (EventResult result : answer.results()) {
      if (result instanceof EventResult.Receipt || result instanceof EventResult.Spooled) {
        accepted++;
      } else if (result instanceof EventResult.Refusal refusal) {
        refused.merge(refusal.reason(), 1, Integer::sum);
      } else {
        unknown++;
      }
    }
    Tags tags = Tags.of("stream", stream);
    counter("received", "events read from requests", tags).increment(answer.results().size());
    counter("accepted", "events the log acknowledged, or the spool", tags).increment(accepted);
    counter("spooled", "accepted events that waited on the local disk", tags).increment(spooled);
    counter("unknown", "events the log may hold or not", tags).increment(unknown);
    counter("bytes", "bytes of bodies with events", tags).increment((double) bytes);
    refused.forEach(
        (reason, count) ->
            counter("refused", "events refused", tags.and("reason", reason)).increment(count));
    Timer.builder("sluice.door.latency")
        .description("from a body's last byte to its answer")
        .tags(tags)
        .publishPercentileHistogram()
        .register(registry)
        .record(took);
  }

  private Counter counter(String name, String description, Tags tags) {
    return Counter.builder("sluice.door." + name)
        .description(description)
        .tags(tags)
        .register(registry);
  }
}
