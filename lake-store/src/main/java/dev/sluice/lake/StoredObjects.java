package dev.sluice.lake;

import dev.sluice.lake.dataset.ObjectSource;
import dev.sluice.lake.object.Bucket;
import dev.sluice.lake.object.Change;
import dev.sluice.lake.object.ChangeFeed;
import dev.sluice.lake.object.Listing;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import dev.sluice.lake.object.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The objects of our own store, in the same process. */
final class StoredObjects implements ObjectSource {
  private static final int PAGE = 1000;

  private final ObjectStore store;

  StoredObjects(ObjectStore store) {
    this.store = store;
  }

  @Override
  public boolean follows() {
    return true;
  }

  @Override
  public boolean holds(String bucket) {
    return store.findBucket(bucket).isPresent();
  }

  @Override
  public long now() {
    return store.sequence();
  }

  @Override
  public Changes after(String bucket, String prefix, long sequence) {
    ChangeFeed.Answer answer;
    try {
      answer = store.changes().after(bucket, sequence, PAGE);
    } catch (StoreException gone) {
      // A bucket that was removed is counted anew: it may be made again.
      if (holds(bucket)) {
        throw gone;
      }
      return new Lost();
    }
    if (!(answer instanceof ChangeFeed.Answer.Page page)) {
      return new Lost();
    }
    Set<String> keys = new HashSet<>();
    Optional<Instant> last = Optional.empty();
    for (Change change : page.changes()) {
      if (change.key().startsWith(prefix)
          && change.kind() != Change.Kind.TAGS
          && change.kind() != Change.Kind.REMOVE_VERSION) {
        keys.add(change.key());
        last = Optional.of(change.time());
      }
    }
    return new Touched(keys, last, page.next(), page.more());
  }

  @Override
  public Optional<Entry> find(String bucket, String key) {
    return store
        .find(bucket, key, Optional.empty())
        .filter(version -> !version.deleteMarker())
        .map(StoredObjects::entry);
  }

  private static Entry entry(ObjectVersion version) {
    String type = version.attributes().headers().getOrDefault("content-type", "");
    return new Entry(version.key(), version.size(), type, version.modified());
  }

  @Override
  public Entries list(String bucket, String prefix, Optional<String> after) {
    if (!holds(bucket)) {
      return new Entries(List.of(), Optional.empty());
    }
    Listing.Page page = store.list(bucket, new Listing.Query(prefix, "", after.orElse(""), PAGE));
    List<Entry> entries = new ArrayList<>();
    for (Listing.Entry each : page.entries()) {
      // A listing does not say the type.
      find(bucket, each.key()).ifPresent(entries::add);
    }
    return new Entries(entries, page.next());
  }

  @Override
  public List<Place> places(int most) {
    List<Place> places = new ArrayList<>();
    for (Bucket bucket : store.listBuckets()) {
      int room = most - places.size();
      if (room > 0) {
        store
            .list(bucket.name(), new Listing.Query("", "/", "", room))
            .prefixes()
            .forEach(prefix -> places.add(new Place(bucket.name(), prefix)));
      }
    }
    return places;
  }
}
