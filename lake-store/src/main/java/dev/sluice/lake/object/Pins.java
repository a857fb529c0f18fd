package dev.sluice.lake.object;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Who is reading what: a container that is being read is removed when its last reader is done. */
final class Pins {
  private final Consumer<String> remove;
  private final Map<String, Integer> readers = new HashMap<>();
  private final Set<String> doomed = new HashSet<>();

  Pins(Consumer<String> remove) {
    this.remove = remove;
  }

  synchronized void pin(Collection<Extent> extents) {
    for (Extent each : extents) {
      readers.merge(each.container(), 1, Integer::sum);
    }
  }

  void unpin(Collection<Extent> extents) {
    Set<String> free = new HashSet<>();
    synchronized (this) {
      for (Extent each : extents) {
        String container = each.container();
        int left = readers.merge(container, -1, Integer::sum);
        if (left == 0) {
          readers.remove(container);
          if (doomed.remove(container)) {
            free.add(container);
          }
        }
      }
    }
    free.forEach(remove);
  }

  /** Removes containers that no row names any more, at once or when their readers are done. */
  void dismiss(Collection<String> containers) {
    Set<String> free = new HashSet<>();
    synchronized (this) {
      for (String each : containers) {
        (readers.containsKey(each) ? doomed : free).add(each);
      }
    }
    free.forEach(remove);
  }
}
