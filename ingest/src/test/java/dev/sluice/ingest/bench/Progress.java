package dev.sluice.ingest.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How one turn went, sample by sample, from the first fetch to the last visible row. */
final class Progress {
  /** A window of commits may be this much shorter than asked: they are seen when looked for. */
  private static final double SLACK = 0.05;

  private record Sample(double seconds, long fetchedBytes, long rows) {}

  private final List<Sample> samples = new ArrayList<>();

  void add(Duration since, long fetchedBytes, long rows) {
    samples.add(new Sample(since.toNanos() / 1e9, fetchedBytes, rows));
  }

  private Sample last() {
    return samples.get(samples.size() - 1);
  }

  double seconds() {
    return last().seconds();
  }

  /** Rows a second until so many were visible; none are when the whole is less. */
  double firstRows(long rows) {
    return samples.stream()
        .filter(sample -> sample.rows() >= rows)
        .findFirst()
        .map(sample -> sample.rows() / sample.seconds())
        .orElse(Double.NaN);
  }

  /** The best window by what was read; reading runs ahead of the rows by some buffers only. */
  double bestRead(Duration window) {
    double eventsAByte = (double) last().rows() / last().fetchedBytes();
    return best(window, sample -> sample.fetchedBytes() * eventsAByte);
  }

  /** The best window by what became visible, from one commit to another. */
  double bestVisible(Duration window) {
    return best(window, Sample::rows);
  }

  private double best(Duration window, ToDoubleFunction<Sample> events) {
    double least = window.toNanos() / 1e9 * (1 - SLACK);
    double best = 0;
    int from = 0;
    for (Sample to : samples) {
      while (from + 1 < samples.size() && to.seconds() - samples.get(from + 1).seconds() >= least) {
        from++;
      }
      Sample begin = samples.get(from);
      double seconds = to.seconds() - begin.seconds();
      if (seconds >= least) {
        best = Math.max(best, (events.applyAsDouble(to) - events.applyAsDouble(begin)) / seconds);
      }
    }
    return best == 0 ? Double.NaN : best;
  }
}
