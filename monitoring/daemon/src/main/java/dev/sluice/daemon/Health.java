package dev.sluice.daemon;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Named checks that say how a daemon is, and why when it is not well. Checks must not block. */
public final class Health {
  /** How a part is. */
  public sealed interface State {}

  public record Up() implements State {}

  public record Down(String why) implements State {}

  private final Map<String, Supplier<State>> checks = new ConcurrentHashMap<>();

  public void check(String name, Supplier<State> check) {
    checks.put(name, check);
  }

  /** Every check's state, by name. A check that throws is down. */
  public Map<String, State> report() {
    Map<String, State> states = new TreeMap<>();
    checks.forEach(
        (name, check) -> {
          try {
            states.put(name, check.get());
          } catch (RuntimeException failure) {
            states.put(name, new Down(failure.toString()));
          }
        });
    return states;
  }

  /** Whether every check is up. */
  public boolean well() {
    return report().values().stream().allMatch(Up.class::isInstance);
  }
}
