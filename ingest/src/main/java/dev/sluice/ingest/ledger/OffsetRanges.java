package dev.sluice.ingest.ledger;

import java.util.ArrayList;
import java.util.List;

/** Offsets as people read them, "3, 7-9": so many ranges, then how many offsets more. */
final class OffsetRanges {

  private static final int SHOWN = 20;

  private final List<String> ranges = new ArrayList<>();
  private long first = -1;
  private long last = -1;
  private long count;
  private long shown;

  /** Offsets in ascending order make ranges; others stand alone. */
  void add(long offset) {
    count++;
    if (last >= 0 && offset == last + 1) {
      last = offset;
      return;
    }
    close();
    first = offset;
    last = offset;
  }

  private void close() {
    if (first >= 0 && ranges.size() < SHOWN) {
      ranges.add(first == last ? Long.toString(first) : first + "-" + last);
      shown += last - first + 1;
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  long count() {
    return count;
  }

  String text() {
    close();
    first = -1;
    last = -1;
    String text = String.join(", ", ranges);
    return count > shown ? text + " and " + (count - shown) + " more" : text;
  }
}
