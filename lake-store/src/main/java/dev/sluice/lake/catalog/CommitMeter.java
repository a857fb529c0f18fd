package dev.sluice.lake.catalog;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Counts and times commits by what came of them. */
final class CommitMeter {
  private static final String NAME = "sluice.catalog.commits";

  private final Timer committed;
  private final Timer conflict;
  private final Timer unknown;
  private final Timer refused;

  CommitMeter(MeterRegistry registry) {
    this.committed = timer(registry, "committed");
    this.conflict = timer(registry, "conflict");
    this.unknown = timer(registry, "unknown");
    this.refused = timer(registry, "refused");
  }

  void committed(long startNanos) {
    committed.record(since(startNanos));
  }

  void conflict(long startNanos) {
    conflict.record(since(startNanos));
  }

  void unknown(long startNanos) {
    unknown.record(since(startNanos));
  }

  void refused(long startNanos) {
    refused.record(since(startNanos));
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private static Timer timer(MeterRegistry registry, String outcome) {
    return Timer.builder(NAME)
        .description("changes of a table's pointer in the catalog's database")
        .tag("outcome", outcome)
        .publishPercentiles(0.5, 0.99)
        .register(registry);
  }
}
