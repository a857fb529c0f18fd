package dev.sluice.infra.compute;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What each machine is and has cost, and what all of them have. */
public final class NodeMeters implements InstanceListener {
  private final Compute compute;
  private final MultiGauge nodes;

  private NodeMeters(MeterRegistry registry, Compute compute) {
    this.compute = compute;
    this.nodes =
        MultiGauge.builder("sluice.node.cost.usd")
            .description("What a simulated machine has cost, in US dollars")
            .register(registry);
    Gauge.builder("sluice.nodes.cost.usd", compute, each -> each.costUsd().doubleValue())
        .description("What all simulated machines there ever were have cost, in US dollars")
        .register(registry);
  }

  /** Call before the machines start. */
  public static void bind(MeterRegistry registry, Compute compute) {
    compute.listen(new NodeMeters(registry, compute));
  }

  /** A state is a label, so each move makes the rows anew; a terminated machine has none. */
  @Override
  public void moved(Instance instance, Optional<InstanceState> from) {
    List<MultiGauge.Row<?>> rows =
        compute.nodes().stream().<MultiGauge.Row<?>>map(this::row).toList();
    nodes.register(rows, true);
  }

  private MultiGauge.Row<?> row(NodeView node) {
    Tags labels =
        Tags.of(
            "node", node.id(),
            "type", node.type(),
            "state", node.state(),
            "zone", node.zone(),
            "price", node.pricePerHourUsd().toPlainString(),
            "tags",
                node.tags().entrySet().stream()
                    .map(tag -> tag.getKey() + "=" + tag.getValue())
                    .collect(Collectors.joining(" ")));
    return MultiGauge.Row.of(labels, node.id(), this::cost);
  }

  private double cost(String id) {
    return compute.nodes().stream()
        .filter(node -> node.id().equals(id))
        .mapToDouble(node -> node.costUsd().doubleValue())
        .findFirst()
        .orElse(Double.NaN);
  }
}
