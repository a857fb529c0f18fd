package dev.sluice.ingest.deadletter;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of the letters a replay was asked for.
 *
 * @param matched letters that were there when it began
 * @param rows of them are rows now, by this replay
 * @param refused were refused again, by their new reasons
 * @param waiting are of an interval whose rows are not committed yet
 * @param elsewhere were gone when their turn came: another replay was faster
 * @param stopped why it ended before its end
 */
public record ReplayReport(
    long matched,
    long rows,
    SortedMap<String, Long> refused,
    long waiting,
    long elsewhere,
    Optional<String> stopped) {

  public ReplayReport {
    refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
    Objects.requireNonNull(stopped, "stopped");
  }

  /** One that found nothing to do. */
  static ReplayReport nothing() {
    return new ReplayReport(0, 0, new TreeMap<>(), 0, 0, Optional.empty());
  }

  /** One that could not begin. */
  static ReplayReport stopped(String why) {
    return new ReplayReport(0, 0, new TreeMap<>(), 0, 0, Optional.of(why));
  }
}
