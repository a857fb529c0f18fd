package dev.sluice.lake.query;

import java.time.Instant;
import java.util.Optional;
import org.apache.iceberg.io.CloseableIterable;

/** All objects of the store, versions and delete markers included, by bucket and key. */
public interface ObjectInventory {
  /** One version of an object. */
  record Item(
      String bucket,
      String key,
      String version,
      boolean latest,
      boolean deleteMarker,
      long size,
      Optional<String> etag,
      Instant lastModified,
      String storageClass) {}

  /** Begins at the first; what changes meanwhile may or may not be seen. */
  CloseableIterable<Item> open();
}
