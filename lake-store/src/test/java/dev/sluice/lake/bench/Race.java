package dev.sluice.lake.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs cases turn by turn, so that whatever else the machine does befalls every lane alike. The
 * first round only warms the servers up. A ratio is the median of the ratios within a round.
 */
final class Race {
  private final Wrk wrk;
  private final int rounds;
  private final int seconds;
  private final List<Case> cases = new ArrayList<>();
  private final Map<Lane, List<Wrk.Figures>> figures = new HashMap<>();
  private final Map<Lane, Long> next = new HashMap<>();

  Race(Wrk wrk, int rounds, int seconds) {
    this.wrk = wrk;
    this.rounds = rounds;
    this.seconds = seconds;
  }

  /** One server under one load. */
  record Lane(String name, Contender contender, Wrk.Load load, int connections) {
    Lane named(String other) {
      return new Lane(other, contender, load, connections);
    }
  }

  /** What a lane's figure counts, and how many of it a request is. */
  record Unit(String name, double perRequest) {
    static final Unit REQUESTS = new Unit("requests/s", 1);
  }

  /** Lanes that are compared; the first with every other. */
  record Case(String id, String title, Unit unit, List<Lane> lanes) {}

  void add(Case each) {
    cases.add(each);
  }

  void run() throws IOException, InterruptedException {
    for (int round = 0; round <= rounds; round++) {
      for (Case each : cases) {
        for (Lane lane : each.lanes()) {
          Wrk.Figures run = run(lane);
          System.out.printf(
              Locale.ROOT,
              "round %d, %s, %s: %.1f %s, p99 %.1f ms%n",
              round,
              each.title(),
              lane.name(),
              run.rate() * each.unit().perRequest(),
              each.unit().name(),
              run.p99Micros() / 1000.0);
          if (round > 0) {
            figures.computeIfAbsent(lane, any -> new ArrayList<>()).add(run);
          }
        }
      }
    }
  }

  private Wrk.Figures run(Lane lane) throws IOException, InterruptedException {
    settle();
    long from = next.getOrDefault(lane, 0L);
    Wrk.Figures run =
        wrk.run(
            lane.contender().child().endpoint(), lane.load(), from, lane.connections(), seconds);
    next.put(lane, from + run.requests() + lane.connections());
    return run;
  }

  /** Writes out what the lane before has left in memory: it would weigh on those who do sync. */
  private static void settle() throws IOException, InterruptedException {
    new ProcessBuilder("sync").inheritIO().start().waitFor();
  }

  private double[] rates(Lane lane) {
    return figures.get(lane).stream().mapToDouble(Wrk.Figures::rate).toArray();
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private double ratio(Lane one, Lane other) {
    double[] ones = rates(one);
    double[] others = rates(other);
    double[] ratios = new double[ones.length];
    for (int round = 0; round < ones.length; round++) {
      ratios[round] = ones[round] / others[round];
    }
    return median(ratios);
  }

  /** The table, in Markdown. */
  String table() {
    StringBuilder out =
        new StringBuilder("| case | server | | p99 ms | ours to it |\n|---|---|---|---|---|\n");
    for (Case each : cases) {
      Lane first = each.lanes().get(0);
      for (Lane lane : each.lanes()) {
        double rate = median(rates(lane)) * each.unit().perRequest();
        double p99 =
            median(figures.get(lane).stream().mapToDouble(run -> run.p99Micros() / 1e3).toArray());
        out.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %,.0f %s | %.1f | %s |%n",
                lane.equals(first) ? each.title() : "",
                lane.name(),
                rate,
                each.unit().name(),
                p99,
                lane.equals(first) ? "" : String.format(Locale.ROOT, "%.2f", ratio(first, lane))));
      }
    }
    return out.toString();
  }
}
