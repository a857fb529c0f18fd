package dev.sluice.infra.compute;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** How many machines of each type run, and what they have cost. */
public final class NodeMeters implements InstanceListener {
  private final MeterRegistry registry;
  private final Compute compute;
  private final Set<String> types = ConcurrentHashMap.newKeySet();

  private NodeMeters(MeterRegistry registry, Compute compute) {
    this.registry = registry;
    this.compute = compute;
  }

  /** Call before the machines start. */
  public static void bind(MeterRegistry registry, Compute compute) {
    Gauge.builder("sluice.node.cost.usd", compute, each -> each.costUsd().doubleValue())
        .description("what all simulated machines have cost, in US dollars")
        .register(registry);
    compute.listen(new NodeMeters(registry, compute));
  }

  @Override
  public void moved(Instance instance, Optional<InstanceState> from) {
    String type = instance.type();
    if (types.add(type)) {
      Gauge.builder("sluice.node.running", compute, each -> running(each, type))
          .description("simulated machines that are running")
          .tag("type", type)
          .register(registry);
    }
  }

  private static double running(Compute compute, String type) {
    return compute.instances().stream()
        .filter(each -> each.state() == InstanceState.RUNNING && each.type().equals(type))
        .count();
  }
}
