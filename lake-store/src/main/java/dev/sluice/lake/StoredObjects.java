package dev.sluice.lake;

import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.Listing;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.query.ObjectInventory;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.iceberg.io.CloseableIterable;

/** Tells SQL of the objects in our own store, a page of versions at a time. */
final class StoredObjects implements ObjectInventory {
  private static final int PAGE = 1000;
  private static final String ONLY_CLASS = "STANDARD";

  private final ObjectStore store;

  StoredObjects(ObjectStore store) {
    this.store = store;
  }

  @Override
  public CloseableIterable<Item> open() {
    return CloseableIterable.withNoopClose(() -> new Walk(store.listBuckets().iterator()));
  }

  private final class Walk implements Iterator<Item> {
    private final Iterator<Bucket> buckets;
    private String bucket = "";
    private Iterator<Listing.VersionEntry> page = List.<Listing.VersionEntry>of().iterator();
    private Optional<Listing.VersionMarker> next = Optional.empty();

    Walk(Iterator<Bucket> buckets) {
      this.buckets = buckets;
    }

    @Override
    public boolean hasNext() {
      while (!page.hasNext() && (next.isPresent() || buckets.hasNext())) {
        if (next.isEmpty()) {
          bucket = buckets.next().name();
        }
        String after = next.map(Listing.VersionMarker::key).orElse("");
        Listing.VersionPage read =
            store.listVersions(
                bucket,
                new Listing.VersionQuery(
                    new Listing.Query("", "", after, PAGE),
                    next.flatMap(Listing.VersionMarker::versionId)));
        page = read.entries().iterator();
        next = read.next();
      }
      return page.hasNext();
    }

    @Override
    public Item next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more objects");
      }
      Listing.VersionEntry entry = page.next();
      ObjectVersion version = entry.version();
      boolean marker = version.deleteMarker();
      return new Item(
          bucket,
          version.key(),
          version.id(),
          entry.latest(),
          marker,
          version.size(),
          marker ? Optional.empty() : Optional.of(version.etag()),
          version.modified(),
          ONLY_CLASS);
    }
  }
}
