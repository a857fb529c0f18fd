package dev.sluice.lake.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows to be written and removed together, or not at all. */
final class RowBatch {
  /** What changes are told to. */
  interface Target<E extends Exception> {
    void put(byte[] key, byte[] value) throws E;

    void remove(byte[] key) throws E;
  }

  /** One change: the row's key, and its new value or none. */
  private static final class Change {
    private final byte[] key;
    private final Optional<byte[]> value;

    Change(byte[] key, Optional<byte[]> value) {
      this.key = key;
      this.value = value;
    }
  }

  private final List<Change> changes = new ArrayList<>();

  void put(byte[] key, byte[] value) {
    changes.add(new Change(key, Optional.of(value)));
  }

  void remove(byte[] key) {
    changes.add(new Change(key, Optional.empty()));
  }

  /** Says that a row names these bytes, so that they are kept. */
  void own(Extent extent, byte[] row) {
    put(RowKey.file(extent.container()), row);
  }

  /** Says that no row names these bytes any more. */
  void disown(Extent extent) {
    remove(RowKey.file(extent.container()));
  }

  <E extends Exception> void applyTo(Target<E> target) throws E {
    for (Change each : changes) {
      if (each.value.isPresent()) {
        target.put(each.key, each.value.get());
      } else {
        target.remove(each.key);
      }
    }
  }
}
