package dev.sluice.transform.job;

import java.util.List;

/** What a job's rows do to its table. */
public sealed interface Materialization {
  /** They replace one day, the partition of the column {@code day}. */
  record Day() implements Materialization {}

  /** They replace the whole table, whatever the day. */
  record Whole() implements Materialization {}

  /** They replace the rows with the same keys, and are added where there are none. */
  record Merge(List<String> keys) implements Materialization {
    public Merge {
      keys = List.copyOf(keys);
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("rows are merged by at least one key");
      }
    }
  }
}
