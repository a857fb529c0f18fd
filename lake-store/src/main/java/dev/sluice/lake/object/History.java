package dev.sluice.lake.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A bucket as it was when a commit had just become true. It can be seen from the bucket's horizon
 * on: before that, versions are missing that were removed for good since.
 */
public final class History {
  private final Rows rows;
  private final Objects objects;
  private final String bucket;
  private final long sequence;

  private History(Rows rows, Objects objects, String bucket, long sequence) {
    this.rows = rows;
    this.objects = objects;
    this.bucket = bucket;
    this.sequence = sequence;
  }

  static History of(Rows rows, Objects objects, Bucket bucket, long sequence, long latest) {
    if (sequence < 0 || sequence > latest) {
      throw new StoreException(
          StoreException.Reason.INVALID_ARGUMENT,
          "There is no sequence " + sequence + " yet: the last one is " + latest);
    }
    History history = new History(rows, objects, bucket.name(), sequence);
    history.requireWhole();
    return history;
  }

  public long sequence() {
    return sequence;
  }

  /** The version that was current then; a delete marker if the key was hidden. */
  public Optional<ObjectVersion> find(String key) {
    Objects.checkKey(key);
    Optional<ObjectVersion> found = objects.atOrBefore(bucket, key, sequence);
    requireWhole();
    return found;
  }

  /** As {@link #find}, opened for reading. */
  public Optional<OpenObject> open(String key) {
    Objects.checkKey(key);
    Optional<OpenObject> found =
        objects.open(bucket, () -> objects.atOrBefore(bucket, key, sequence));
    try {
      requireWhole();
    } catch (StoreException beyond) {
      found.ifPresent(OpenObject::close);
      throw beyond;
    }
    return found;
  }

  /** A page of the keys that could be seen then: a seek or two for each, whatever its versions. */
  public Listing.Page list(Listing.Query query) {
    Listing.Page page = page(query);
    requireWhole();
    return page;
  }

  private Listing.Page page(Listing.Query query) {
    List<Listing.Entry> entries = new ArrayList<>();
    Optional<String> last = Optional.empty();
    try (KeyWalk walk = new KeyWalk(rows, RowKey.VERSION, bucket, query)) {
      while (walk.valid()) {
        String key = walk.key();
        Optional<ObjectVersion> version = settle(walk, key);
        if (version.isEmpty()) {
          continue;
        }
        if (version.get().deleteMarker()) {
          leave(walk, key);
          continue;
        }
        if (entries.size() + walk.prefixes().size() >= query.max()) {
          return new Listing.Page(entries, walk.prefixes(), last);
        }
        Optional<String> rolled = walk.rolledUp(key);
        last = rolled.or(() -> Optional.of(key));
        if (rolled.isPresent()) {
          walk.roll(rolled.get());
        } else {
          entries.add(Listing.Entry.of(version.get()));
          leave(walk, key);
        }
      }
      return new Listing.Page(entries, walk.prefixes(), Optional.empty());
    }
  }

  /** Goes to the version of then; the walk stands at another key if there was none. */
  private Optional<ObjectVersion> settle(KeyWalk walk, String key) {
    if (RowKey.sequenceOfVersion(walk.row()) > sequence) {
      walk.seekTo(RowKey.version(bucket, key, sequence));
      if (!walk.valid() || !walk.key().equals(key)) {
        return Optional.empty();
      }
    }
    return Optional.of(RowCodec.version(walk.value()));
  }

  /** Goes to the next key; a key of one version costs no seek. */
  private static void leave(KeyWalk walk, String key) {
    walk.next();
    if (walk.valid() && walk.key().equals(key)) {
      walk.seekPastVersions(key);
    }
  }

  /** Asked after reading, so that what is removed while we read is noticed. */
  private void requireWhole() {
    long horizon = rows.get(RowKey.horizon(bucket)).map(HistoryCodec::number).orElse(0L);
    if (sequence < horizon) {
      throw new StoreException(
          StoreException.Reason.BEYOND_HORIZON,
          "The bucket can be seen as of sequence "
              + horizon
              + " or later; versions older than that were removed for good");
    }
  }
}
