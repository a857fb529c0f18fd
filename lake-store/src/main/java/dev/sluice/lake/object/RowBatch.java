package dev.sluice.lake.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows to be written and removed together, or not at all. */
final class RowBatch {
  /** One change; an empty value removes the row. */
  record Change(byte[] key, Optional<byte[]> value) {}

  private final List<Change> changes = new ArrayList<>();

  void put(byte[] key, byte[] value) {
    changes.add(new Change(key, Optional.of(value)));
  }

  void remove(byte[] key) {
    changes.add(new Change(key, Optional.empty()));
  }

  List<Change> changes() {
    return changes;
  }
}
