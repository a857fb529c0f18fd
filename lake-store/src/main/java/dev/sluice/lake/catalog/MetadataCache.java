package dev.sluice.lake.catalog;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;

/**
 * Table metadata by its file, those used last. A metadata file never changes, so what is held is
 * right for as long as it is held. Bounded by an estimate of the bytes it takes.
 */
final class MetadataCache {
  private static final long EACH = 8_000;
  private static final long SNAPSHOT = 1_500;
  private static final long FIELD = 300;

  private final long capacity;
  private final Map<String, TableMetadata> held = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  MetadataCache(long capacity) {
    this.capacity = capacity;
  }

  synchronized Optional<TableMetadata> find(String location) {
    return Optional.ofNullable(held.get(location));
  }

  synchronized void put(String location, TableMetadata metadata) {
    long adds = weigh(metadata);
    if (adds > capacity || held.containsKey(location)) {
      return;
    }
    held.put(location, metadata);
    weight += adds;
    Iterator<TableMetadata> oldest = held.values().iterator();
    while (weight > capacity && oldest.hasNext()) {
      weight -= weigh(oldest.next());
      oldest.remove();
    }
  }

  private static long weigh(TableMetadata metadata) {
    long fields =
        metadata.schemas().stream().mapToLong(schema -> schema.columns().size()).sum()
            + metadata.properties().size()
            + metadata.previousFiles().size();
    return EACH + SNAPSHOT * metadata.snapshots().size() + FIELD * fields;
  }
}
