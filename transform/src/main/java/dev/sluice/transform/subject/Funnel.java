package dev.sluice.transform.subject;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * Steps that users are hoped to take one after the other.
 *
 * <p>A user who takes the first step has {@code window} from then on for all the others, each at a
 * later time than the one before; what else happens in between does not matter. Of all first steps
 * of a day the one counts that leads furthest, and of those that lead as far, the one that gets
 * there first.
 *
 * @param steps types of events, each once
 */
record Funnel(String name, List<String> steps, Duration window) {
  /** The way through the shop. */
  static final Funnel SHOP =
      new Funnel("shop", List.of("view", "add_to_cart", "purchase"), Duration.ofHours(24));

  Funnel {
    steps = List.copyOf(steps);
    if (steps.size() < 2 || new HashSet<>(steps).size() < steps.size()) {
      throw new IllegalArgumentException(
          "funnel " + name + " needs two or more steps, each once: " + steps);
    }
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException("funnel " + name + " needs a window: " + window);
    }
  }

  /** How many days after its own a window may reach into. */
  int daysAfter() {
    return Math.toIntExact((window.toSeconds() + 86_399) / 86_400);
  }
}
