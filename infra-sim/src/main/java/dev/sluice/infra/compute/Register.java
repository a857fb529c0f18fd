package dev.sluice.infra.compute;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of all instances after some events. Never changed: an event makes a new one, so
 * readers need no lock.
 *
 * @param launched how many instances there ever were
 * @param sequence how many events were applied
 * @param pastCost what forgotten instances cost, in US dollars
 * @param instances by id, in the order of their launch
 */
record Register(
    long launched, long sequence, BigDecimal pastCost, Map<String, Instance> instances) {
  static final Register EMPTY = new Register(0, 0, BigDecimal.ZERO, Map.of());

  Register apply(Event event) {
    Map<String, Instance> next = new LinkedHashMap<>(instances);
    long launchedThen = launched;
    BigDecimal pastThen = pastCost;
    if (event instanceof Event.Carried carried) {
      next.clear();
      carried.instances().forEach(instance -> next.put(instance.id(), instance));
      return new Register(
          carried.launched(),
          carried.sequence(),
          carried.pastCost(),
          Collections.unmodifiableMap(next));
    } else if (event instanceof Event.Launched launch) {
      launch.instances().forEach(instance -> next.put(instance.id(), instance));
      launchedThen += launch.instances().size();
    } else if (event instanceof Event.Moved moved) {
      moved.moves().forEach(m -> next.compute(m.id(), (id, at) -> at.moved(m, moved.at())));
    } else if (event instanceof Event.Retagged retagged) {
      retagged.tags().forEach((id, tags) -> next.compute(id, (same, at) -> at.tagged(tags)));
    } else if (event instanceof Event.Forgotten forgotten) {
      pastThen = pastThen.add(next.remove(forgotten.id()).cost(forgotten.at()));
    }
    return new Register(launchedThen, sequence + 1, pastThen, Collections.unmodifiableMap(next));
  }

  Event.Carried carried() {
    return new Event.Carried(launched, sequence, pastCost, List.copyOf(instances.values()));
  }

  Optional<Instance> find(String id) {
    return Optional.ofNullable(instances.get(id));
  }

  long counted() {
    return instances.values().stream().filter(instance -> instance.state().counted()).count();
  }

  /** The instances a token already brought forth. */
  List<Instance> byToken(String token) {
    return instances.values().stream()
        .filter(instance -> instance.launch().token().equals(Optional.of(token)))
        .toList();
  }

  BigDecimal cost(Instant now) {
    return instances.values().stream()
        .map(instance -> instance.cost(now))
        .reduce(pastCost, BigDecimal::add);
  }
}
