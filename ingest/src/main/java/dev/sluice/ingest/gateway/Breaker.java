package dev.sluice.ingest.gateway;

import dev.sluice.ingest.gateway.GatewaySettings.BreakerSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

/** The circuit of one route, and how many of its requests are under way. Any thread may ask. */
final class Breaker {
  private final Circuit.Rule rule;
  private final InstantSource clock;
  private Circuit circuit = Circuit.closed();

  Breaker(BreakerSettings settings, InstantSource clock) {
    this.rule = new Circuit.Rule(settings.failures(), settings.pause());
    this.clock = clock;
  }

  /** The era a request passes in; empty when it may not. */
  synchronized OptionalLong pass() {
    Circuit.Admission admission = circuit.ask(clock.instant(), rule);
    circuit = admission.next();
    return admission.passes() ? OptionalLong.of(circuit.era()) : OptionalLong.empty();
  }

  synchronized void well(long era) {
    circuit = circuit.well(era);
  }

  synchronized void failed(long era) {
    circuit = circuit.failed(era, clock.instant(), rule);
  }

  /** How long it stays open. */
  synchronized Duration left() {
    Instant now = clock.instant();
    return circuit instanceof Circuit.Open open && now.isBefore(open.until())
        ? Duration.between(now, open.until())
        : Duration.ofSeconds(1);
  }

  synchronized Circuit circuit() {
    return circuit;
  }
}
