package dev.sluice.lake.s3;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What the S3 API counts. */
final class S3Metrics {
  private final MeterRegistry registry;
  private final Counter bytesIn;
  private final Counter bytesOut;

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
    Timer.builder("sluice.s3.requests")
        .description("Requests by operation and status, and how long they took")
        .tag("operation", operation)
        .tag("status", Integer.toString(status))
        .register(registry)
        .record(took);
  }
}
