package dev.sluice.monitoring.dashboard;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** How the pipeline is, at one moment. Every number was counted by the stage itself. */
public record Status(
    Instant at, boolean well, List<Part> parts, List<Stage> stages, List<Node> nodes) {
  public Status {
    parts = List.copyOf(parts);
    stages = List.copyOf(stages);
    nodes = List.copyOf(nodes);
  }

  /** A daemon, and what is wrong with it: trouble by check. */
  public record Part(String name, String address, Map<String, String> troubles) {
    public Part {
      troubles = Map.copyOf(troubles);
    }

    public boolean well() {
      return troubles.isEmpty();
    }
  }

  /** A machine, what it costs an hour and has cost, and how many shards the worker on it owns. */
  public record Node(
      String id,
      String type,
      String state,
      String tags,
      String pricePerHourUsd,
      double costUsd,
      long shards) {}

  /**
   * What a stage took in and where it went. {@code open} is what is neither passed on nor refused:
   * on its way, or with an outcome that is not known.
   */
  public record Stage(String name, long taken, long passed, long refused, String note) {
    public long open() {
      return taken - passed - refused;
    }
  }
}
