package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.Interval;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.iceberg.DataFile;

/** What one commit publishes: files, and the intervals of all shards whose rows they hold. */
public record IntervalBatch(
    String worker,
    List<Interval> intervals,
    List<DataFile> files,
    SortedSet<LocalDate> days,
    EventTimes times) {

  public IntervalBatch {
    Objects.requireNonNull(worker, "worker");
    intervals = List.copyOf(intervals);
    files = List.copyOf(files);
    days = new TreeSet<>(days);
    Objects.requireNonNull(times, "times");
    if (intervals.isEmpty()) {
      throw new IllegalArgumentException("a batch takes at least one interval");
    }
  }
}
