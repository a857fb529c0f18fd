package dev.sluice.monitoring;

import dev.sluice.monitoring.dashboard.Status;
import dev.sluice.monitoring.metric.Samples;
import dev.sluice.monitoring.wire.Observation;
import dev.sluice.monitoring.wire.Target;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/** Draws the status from what the targets last said. */
final class StatusBoard {
  private StatusBoard() {}

  static Status draw(Instant at, List<Target> targets, Map<Target, Observation> latest) {
    List<Status.Part> parts =
        targets.stream()
            .map(
                target ->
                    new Status.Part(
                        target.name(), target.address().toString(), troubles(latest.get(target))))
            .toList();
    Samples samples = together(latest);
    return new Status(
        at,
        parts.stream().allMatch(Status.Part::well),
        parts,
        List.of(door(samples), sink(samples)),
        nodes(samples));
  }

  private static Map<String, String> troubles(Observation observation) {
    if (observation instanceof Observation.Answered answered) {
      return answered.troubles();
    }
    if (observation instanceof Observation.Silent silent) {
      return Map.of("unreachable", silent.why());
    }
    return Map.of("unknown", "not looked at yet");
  }

  /**
   * On one machine several targets are one process and show the same meters, read at slightly
   * different moments. A process is told by when it started; of each the newest reading counts.
   */
  private static Samples together(Map<Target, Observation> latest) {
    Map<Double, Observation.Answered> byProcess = new HashMap<>();
    for (Observation observation : latest.values()) {
      if (observation instanceof Observation.Answered answered) {
        byProcess.merge(
            answered.samples().max("process_start_time_seconds"),
            answered,
            BinaryOperator.maxBy(Comparator.comparing(Observation::at)));
      }
    }
    return new Samples(
        byProcess.values().stream().flatMap(process -> process.samples().all().stream()).toList());
  }

  private static Status.Stage door(Samples samples) {
    long unknown = count(samples, "sluice_door_unknown_total");
    return new Status.Stage(
        "front door",
        count(samples, "sluice_door_received_total"),
        count(samples, "sluice_door_accepted_total"),
        count(samples, "sluice_door_refused_total"),
        unknown == 0 ? "" : unknown + " with an outcome that is not known");
  }

  private static Status.Stage sink(Samples samples) {
    long rows = count(samples, "sluice_sink_rows_total");
    long deadLetters = count(samples, "sluice_sink_dead_letters_total");
    long duplicates = count(samples, "sluice_sink_duplicates_total");
    long lag = count(samples, "sluice_sink_lag_events");
    String twice = duplicates == 0 ? "" : "; " + duplicates + " had a row already";
    return new Status.Stage(
        "log to tables",
        rows + duplicates + deadLetters + lag,
        rows,
        deadLetters,
        samples.named("sluice_sink_lag_events").isEmpty()
            ? "no worker reads a shard: what waits in the log is not known"
            : lag + " in the log, not yet in a table" + twice);
  }

  private static List<Status.Node> nodes(Samples samples) {
    Map<String, Double> shards = samples.sumBy("sluice_sink_worker_shards", "worker");
    return samples.named("sluice_node_cost_usd").stream()
        .map(
            node ->
                new Status.Node(
                    node.labels().getOrDefault("node", ""),
                    node.labels().getOrDefault("type", ""),
                    node.labels().getOrDefault("state", ""),
                    node.labels().getOrDefault("tags", ""),
                    node.labels().getOrDefault("price", ""),
                    node.value(),
                    shards.getOrDefault(node.labels().getOrDefault("node", ""), 0.0).longValue()))
        .sorted(Comparator.comparing(Status.Node::id))
        .toList();
  }

  private static long count(Samples samples, String name) {
    return Math.round(samples.sum(name, Map.of()));
  }
}
