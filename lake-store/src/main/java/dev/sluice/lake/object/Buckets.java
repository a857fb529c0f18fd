package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.BUCKET_EXISTS;
import static dev.sluice.lake.object.StoreException.Reason.BUCKET_NOT_EMPTY;
import static dev.sluice.lake.object.StoreException.Reason.INVALID_VERSIONING;
import static dev.sluice.lake.object.StoreException.Reason.NO_SUCH_BUCKET;
import static dev.sluice.lake.object.StoreException.Reason.TOO_MANY_BUCKETS;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The buckets. */
final class Buckets {
  private final Rows rows;
  private final Locks locks;
  private final InstantSource clock;
  private final int max;

  Buckets(Rows rows, Locks locks, InstantSource clock, int max) {
    this.rows = rows;
    this.locks = locks;
    this.clock = clock;
    this.max = max;
  }

  Optional<Bucket> find(String name) {
    return rows.get(RowKey.bucket(name)).map(RowCodec::bucket);
  }

  Bucket require(String name) {
    return find(name)
        .orElseThrow(
            () -> new StoreException(NO_SUCH_BUCKET, "The specified bucket does not exist"));
  }

  List<Bucket> all() {
    List<Bucket> all = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.kind(RowKey.BUCKET))) {
      for (; cursor.valid(); cursor.next()) {
        all.add(RowCodec.bucket(cursor.value()));
      }
    }
    return all;
  }

  Bucket create(String name, String region) {
    Bucket bucket =
        new Bucket(
            name, clock.instant(), region, Bucket.Versioning.OFF, "", Durability.SYNC, Map.of());
    return locks.onBucket(
        name,
        () -> {
          if (find(name).isPresent()) {
            throw new StoreException(
                BUCKET_EXISTS,
                "Your previous request to create the named bucket succeeded and you already own"
                    + " it.");
          }
          if (all().size() >= max) {
            throw new StoreException(TOO_MANY_BUCKETS, "There may be at most " + max + " buckets");
          }
          save(bucket);
          return bucket;
        });
  }

  Bucket versioning(String name, Bucket.Versioning state) {
    return locks.onBucket(
        name,
        () -> {
          Bucket bucket = require(name);
          if (state == Bucket.Versioning.OFF && bucket.versioning() != state) {
            throw new StoreException(
                INVALID_VERSIONING, "Versioning, once enabled, can only be suspended");
          }
          Bucket changed = bucket.with(state);
          save(changed);
          return changed;
        });
  }

  private void save(Bucket bucket) {
    RowBatch batch = new RowBatch();
    batch.put(RowKey.bucket(bucket.name()), RowCodec.write(bucket));
    rows.commit(batch);
  }

  /** Removes an empty bucket, and the uploads under way in it; their files are given back. */
  List<Extent> remove(String name) {
    return locks.onBucket(
        name,
        () -> {
          require(name);
          try (Rows.Cursor versions = rows.cursor(RowKey.within(RowKey.VERSION, name, ""))) {
            if (versions.valid()) {
              throw new StoreException(
                  BUCKET_NOT_EMPTY, "The bucket you tried to delete is not empty");
            }
          }
          RowBatch batch = new RowBatch();
          List<Extent> freed = new ArrayList<>();
          try (Rows.Cursor uploads = rows.cursor(RowKey.within(RowKey.UPLOAD, name, ""))) {
            for (; uploads.valid(); uploads.next()) {
              batch.remove(uploads.key());
              freed.addAll(Uploads.removeParts(rows, batch, RowCodec.upload(uploads.value()).id()));
            }
          }
          batch.remove(RowKey.bucket(name));
          rows.commit(batch);
          return freed;
        });
  }
}
