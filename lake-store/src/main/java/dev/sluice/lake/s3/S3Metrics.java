package dev.sluice.lake.s3;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the S3 API counts. */
final class S3Metrics {
  private final MeterRegistry registry;
  // Looking a timer up by its tags costs more than a small request should.
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();
  private final Counter bytesIn;
  private final Counter bytesOut;

  /** As many as there are operations, times the statuses they answer with. */
  private record Kind(String operation, int status) {}

  S3Metrics(MeterRegistry registry) {
    this.registry = registry;
    this.bytesIn =
        Counter.builder("sluice.s3.bytes.in")
            .description("Bytes of request bodies as they came over the wire")
            .register(registry);
    this.bytesOut =
        Counter.builder("sluice.s3.bytes.out")
            .description("Bytes of response bodies")
            .register(registry);
  }

  void in(long bytes) {
    bytesIn.increment((double) bytes);
  }

  void out(long bytes) {
    bytesOut.increment((double) bytes);
  }

  void request(String operation, int status, Duration took) {
    timers.computeIfAbsent(new Kind(operation, status), this::timer).record(took);
  }

  private Timer timer(Kind kind) {
    return Timer.builder("sluice.s3.requests")
        .description("Requests by operation and status, and how long they took")
        .tag("operation", kind.operation())
        .tag("status", Integer.toString(kind.status()))
        .register(registry);
  }
}
