package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.BUCKET_EXISTS;
import static dev.sluice.lake.object.StoreException.Reason.BUCKET_NOT_EMPTY;
import static dev.sluice.lake.object.StoreException.Reason.BUCKET_TAKEN;
import static dev.sluice.lake.object.StoreException.Reason.INVALID_VERSIONING;
import static dev.sluice.lake.object.StoreException.Reason.NO_SUCH_BUCKET;
import static dev.sluice.lake.object.StoreException.Reason.TOO_MANY_BUCKETS;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The buckets. */
final class Buckets {
  private final Rows rows;
  private final Locks locks;
  private final InstantSource clock;
  private final int max;
  private final Object creating = new Object();

  /**
   * Filled by whoever asks first, changed only after the row is: the map makes one wait for the
   * other, so it never holds what a row no longer says.
   */
  private final ConcurrentMap<String, Bucket> known = new ConcurrentHashMap<>();

  Buckets(Rows rows, Locks locks, InstantSource clock, int max) {
    this.rows = rows;
    this.locks = locks;
    this.clock = clock;
    this.max = max;
  }

  /** Every request asks for its bucket, so those that exist are remembered. */
  Optional<Bucket> find(String name) {
    return Optional.ofNullable(
        known.computeIfAbsent(
            name, each -> rows.get(RowKey.bucket(each)).map(RowCodec::bucket).orElse(null)));
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

  /** The buckets of an account, in order, after the given name, at most so many. */
  List<Bucket> of(String account, String prefix, String after, int most) {
    List<Bucket> some = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.bucket(prefix))) {
      if (after.compareTo(prefix) > 0) {
        cursor.seek(RowKey.bucket(after));
      }
      for (; cursor.valid() && some.size() < most; cursor.next()) {
        Bucket bucket = RowCodec.bucket(cursor.value());
        if (bucket.account().equals(account) && !bucket.name().equals(after)) {
          some.add(bucket);
        }
      }
    }
    return some;
  }

  Bucket create(String name, String account, String region) {
    Bucket.checkName(name);
    Bucket bucket =
        new Bucket(
            name,
            clock.instant(),
            region,
            Bucket.Versioning.OFF,
            account,
            Durability.SYNC,
            Map.of());
    // One at a time, so that two names at once cannot pass the account's limit together.
    synchronized (creating) {
      return locks.onBucket(name, () -> create(bucket));
    }
  }

  private Bucket create(Bucket bucket) {
    Optional<Bucket> there = find(bucket.name());
    if (there.isPresent() && there.get().account().equals(bucket.account())) {
      throw new StoreException(
          BUCKET_EXISTS,
          "Your previous request to create the named bucket succeeded and you already own it.");
    }
    if (there.isPresent()) {
      throw new StoreException(
          BUCKET_TAKEN,
          "The requested bucket name is not available: another account has it. Please select a"
              + " different name and try again.");
    }
    if (of(bucket.account(), "", "", max).size() >= max) {
      throw new StoreException(
          TOO_MANY_BUCKETS,
          "You have attempted to create more buckets than allowed: an account has at most " + max);
    }
    save(bucket);
    return bucket;
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

  Bucket set(String name, String setting, Optional<String> value) {
    return locks.onBucket(
        name,
        () -> {
          Bucket changed = require(name).with(setting, value);
          save(changed);
          return changed;
        });
  }

  private void save(Bucket bucket) {
    RowBatch batch = new RowBatch();
    batch.put(RowKey.bucket(bucket.name()), RowCodec.write(bucket));
    rows.commit(batch);
    known.put(bucket.name(), bucket);
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
          known.remove(name);
          return freed;
        });
  }
}
