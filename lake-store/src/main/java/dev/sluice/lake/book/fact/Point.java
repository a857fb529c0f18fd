package dev.sluice.lake.book.fact;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one snapshot made of a table.
 *
 * @param at milliseconds
 * @param totals rows, bytes and files after it, those that it tells
 * @param added rows it added
 * @param removed rows it removed
 * @param engine what wrote it, such as {@code spark 4.1.3}; nothing when it does not say
 * @param application the job that wrote it; nothing when it does not say
 */
public record Point(
    long snapshotId,
    long at,
    String operation,
    Map<String, Long> totals,
    long added,
    long removed,
    String engine,
    String application) {
  public Point {
    totals = Collections.unmodifiableMap(new TreeMap<>(totals));
  }
}
