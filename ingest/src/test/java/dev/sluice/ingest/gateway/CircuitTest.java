package dev.sluice.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.gateway.GatewaySettings.RouteSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The parts of the gateway that need no network. */
class CircuitTest {
  private static final Circuit.Rule RULE = new Circuit.Rule(3, Duration.ofSeconds(10));
  private static final Instant START = Instant.EPOCH;

  @Test
  void itOpensAfterFailuresInARowAndOneTriesAgain() {
    Circuit circuit = Circuit.closed().failed(0, START, RULE).failed(0, START, RULE).well(0);
    circuit = circuit.failed(0, START, RULE).failed(0, START, RULE);
    assertThat(circuit.ask(START, RULE).passes()).as("two in a row, after one went well").isTrue();
    circuit = circuit.failed(0, START, RULE);
    assertThat(circuit).isEqualTo(new Circuit.Open(1, START.plusSeconds(10)));
    assertThat(circuit.ask(START.plusMillis(9_999), RULE).passes()).isFalse();
    Circuit.Admission first = circuit.ask(START.plusSeconds(10), RULE);
    assertThat(first.passes()).isTrue();
    assertThat(first.next().ask(START.plusSeconds(11), RULE).passes()).as("one only").isFalse();
    assertThat(first.next().well(0)).as("from before it opened").isEqualTo(first.next());
    assertThat(first.next().failed(1, START.plusSeconds(12), RULE))
        .isEqualTo(new Circuit.Open(2, START.plusSeconds(22)));
    assertThat(first.next().well(1)).isEqualTo(new Circuit.Closed(1, 0));
    assertThat(first.next().ask(START.plusSeconds(20), RULE).passes())
        .as("one that never ends does not keep it")
        .isTrue();
  }

  @Test
  void whateverHappensItNeverStaysShutAndNeverPassesWhileOpen() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < 200; run++) {
      Circuit circuit = Circuit.closed();
      Instant now = START;
      List<Long> underWay = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        now = now.plusMillis(random.nextInt(4_000));
        switch (random.nextInt(3)) {
          case 0 -> {
            Circuit before = circuit;
            Circuit.Admission admission = circuit.ask(now, RULE);
            circuit = admission.next();
            if (admission.passes()) {
              underWay.add(circuit.era());
              assertThat(before instanceof Circuit.Open open && now.isBefore(open.until()))
                  .as("seed %d", seed)
                  .isFalse();
            }
          }
          case 1 -> circuit = circuit.well(ended(underWay, random));
          default -> circuit = circuit.failed(ended(underWay, random), now, RULE);
        }
      }
      assertThat(circuit.ask(now.plusSeconds(11), RULE).passes()).as("seed %d", seed).isTrue();
    }
  }

  private static long ended(List<Long> underWay, Random random) {
    return underWay.isEmpty() ? -1 : underWay.remove(random.nextInt(underWay.size()));
  }

  @Test
  void aGateKnowsItsPathsAndWhatLiesBehind() {
    Gate orders = gate("{path: '/orders/*', upstream: 'http://h:1/api'}");
    assertThat(orders.leads("/prod/orders")).isTrue();
    assertThat(orders.leads("/prod/orders/7/lines")).isTrue();
    assertThat(orders.leads("/prod/ordersX")).isFalse();
    assertThat(orders.behind("/api", "/prod/orders/7/lines")).isEqualTo("/api/7/lines");
    assertThat(orders.behind("/api/", "/prod/orders")).isEqualTo("/api");
    assertThat(orders.behind("", "/prod/orders")).isEqualTo("/");
    Gate one = gate("{path: /orders/new, upstream: 'http://h:1'}");
    assertThat(one.leads("/prod/orders/new")).isTrue();
    assertThat(one.leads("/prod/orders/new/x")).isFalse();
    assertThat(one.weight()).isGreaterThan(orders.weight());
  }

  @Test
  void aWrongTableIsRefusedInOneLine() {
    refused("{v1: {routes: [{path: /a, upstream: 'http://h'}]}}", "the stage 'v1'");
    refused("{prod: {routes: []}}", "a stage without routes");
    refused("{prod: {routes: [{path: a, upstream: 'http://h'}]}}", "write /orders or /orders/*");
    refused("{prod: {routes: [{path: /a/../b, upstream: 'http://h'}]}}", "write /orders");
    refused("{prod: {routes: [{path: /a}]}}", "give an upstream or a service");
    refused("{prod: {routes: [{path: /a, upstream: 'ftp://h'}]}}", "must be such as http");
    refused("{prod: {routes: [{path: /a, service: /x}]}}", "below /v1/");
    refused(
        "{prod: {routes: [{path: /a, upstream: 'http://h', access: open, keys: [k]}]}}",
        "its keys are not asked for");
    refused("{prod: {routes: [{path: /a, upstream: 'http://h', burst: 3}]}}", "without a rate");
    refused(
        "{prod: {routes: [{path: /a, upstream: 'http://h', request: {set: {'a b': c}}}]}}",
        "is no header's name");
    refused(
        "{prod: {routes: [{path: /a, upstream: 'http://h', answer: {add: {a: \"x\\r\\ny\"}}}]}}",
        "control character");
    refused(
        "{prod: {routes: [{path: /a, upstream: 'http://h', connect-timeout: 0s}]}}",
        "timeouts must be positive");
  }

  private static void refused(String stages, String why) {
    assertThatThrownBy(() -> Settings.text(GatewaySettings.class, "x", "stages: " + stages))
        .as(stages)
        .hasMessageContaining(why);
  }

  private static Gate gate(String route) {
    return new Gate(
        "prod", Settings.text(RouteSettings.class, "route", route), InstantSource.system());
  }
}
