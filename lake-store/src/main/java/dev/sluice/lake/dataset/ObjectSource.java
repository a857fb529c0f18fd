package dev.sluice.lake.dataset;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The store whose objects are counted. */
public interface ObjectSource {
  /**
   * An object.
   *
   * @param contentType as its writer told; empty where it is not known
   */
  record Entry(String key, long size, String contentType, Instant modified) {}

  /** Some objects, and where to go on. */
  record Entries(List<Entry> entries, Optional<String> next) {
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  /** What a reader of changes gets. */
  sealed interface Changes {}

  /** The keys that were touched, and from where to read on. */
  record Touched(Set<String> keys, Optional<Instant> last, long next, boolean more)
      implements Changes {
    public Touched {
      keys = Set.copyOf(keys);
    }
  }

  /** The changes since then are no longer there, or never were. */
  record Lost() implements Changes {}

  /** A place that could be a dataset. */
  record Place(String bucket, String prefix) {}

  /** Whether the store tells changes; if not, {@link #after} and {@link #find} are not asked. */
  boolean follows();

  boolean holds(String bucket);

  /** The last change there is. */
  long now();

  Changes after(String bucket, String prefix, long sequence);

  /** An object as it is now. */
  Optional<Entry> find(String bucket, String key);

  /** The objects as they are now, by key, after a marker. */
  Entries list(String bucket, String prefix, Optional<String> after);

  /** The first level of all buckets, so many at most. */
  List<Place> places(int most);
}
