package dev.sluice.transform.source;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/** How a table is copied. */
sealed interface Mode {
  /** The whole table anew, each night. */
  record Full(List<String> keys) implements Mode {
    public Full {
      keys = List.copyOf(keys);
    }
  }

  /**
   * What changed: rows whose column is not less than the copy's greatest, less the overlap. A row
   * that was deleted stays in the copy.
   */
  record Incremental(String column, Overlap overlap, List<String> keys) implements Mode {
    public Incremental {
      keys = List.copyOf(keys);
    }
  }

  /** The whole table is read, and what changed is kept beside what was there before. */
  record Snapshot(List<String> keys) implements Mode {
    public Snapshot {
      keys = List.copyOf(keys);
    }
  }

  /** How far back of its greatest value a column is read again. */
  sealed interface Overlap {}

  /** Of a column of time. */
  record Span(Duration span) implements Overlap {}

  /** Of a column of numbers. */
  record Steps(BigDecimal steps) implements Overlap {}

  /** What tells one row from another, as the source calls it. */
  List<String> keys();
}
