package dev.sluice.ingest.ledger;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the data files hold of one shard number: which offsets, how many rows, and their checksums
 * by stretches of offsets, so that a wrong value can be placed.
 */
final class ShardFiles {

  /** Offsets whose checksums are summed together. */
  static final int STRETCH = 1024;

  private static final int DOUBLES_NAMED = 50;

  private final OffsetSet offsets = new OffsetSet();
  private final Map<Long, Long> sums = new HashMap<>();
  private final Map<String, OffsetRanges> doubled = new LinkedHashMap<>();
  private final Map<String, long[]> extents = new TreeMap<>();
  private long rows;
  private long checksum;
  private long highest = -1;

  void add(String file, long offset, long rowChecksum) {
    rows++;
    checksum += rowChecksum;
    highest = Math.max(highest, offset);
    sums.merge(offset / STRETCH, rowChecksum, Long::sum);
    long[] extent = extents.computeIfAbsent(file, name -> new long[] {offset, offset});
    extent[0] = Math.min(extent[0], offset);
    extent[1] = Math.max(extent[1], offset);
    if (!offsets.add(offset) && (doubled.containsKey(file) || doubled.size() < DOUBLES_NAMED)) {
      doubled.computeIfAbsent(file, name -> new OffsetRanges()).add(offset);
    }
  }

  OffsetSet offsets() {
    return offsets;
  }

  /** Offsets that were there already when a file brought them again, by that file. */
  Map<String, OffsetRanges> doubled() {
    return doubled;
  }

  /** Files with an offset in [from, to] of this shard, for people to look into; several at most. */
  String filesNear(long from, long to) {
    return extents.entrySet().stream()
        .filter(e -> e.getValue()[0] <= to && e.getValue()[1] >= from)
        .map(Map.Entry::getKey)
        .limit(3)
        .reduce((a, b) -> a + ", " + b)
        .orElse("no file");
  }

  long rows() {
    return rows;
  }

  long checksum() {
    return checksum;
  }

  long highest() {
    return highest;
  }

  long sumOfStretch(long stretch) {
    return sums.getOrDefault(stretch, 0L);
  }
}
