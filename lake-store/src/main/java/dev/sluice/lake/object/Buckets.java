package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.BUCKET_EXISTS;
import static dev.sluice.lake.object.StoreException.Reason.BUCKET_NOT_EMPTY;
import static dev.sluice.lake.object.StoreException.Reason.BUCKET_TAKEN;
import static dev.sluice.lake.object.StoreException.Reason.INVALID_VERSIONING;
import static dev.sluice.lake.object.StoreException.Reason.NO_SUCH_BUCKET;
import static dev.sluice.lake.object.StoreException.Reason.TOO_MANY_BUCKETS;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** The buckets: in rows, and all of them in memory, since every request asks for one. */
final class Buckets {
  private final Rows rows;
  private final Commits commits;
  private final Annals annals;
  private final Locks locks;
  private final InstantSource clock;
  private final ObjectSettings settings;
  private final Object creating = new Object();
  private final ConcurrentSkipListMap<String, Bucket> all = new ConcurrentSkipListMap<>();

  Buckets(
      Rows rows,
      Commits commits,
      Annals annals,
      Locks locks,
      InstantSource clock,
      ObjectSettings settings) {
    this.rows = rows;
    this.commits = commits;
    this.annals = annals;
    this.locks = locks;
    this.clock = clock;
    this.settings = settings;
    reload();
    for (String each : all.keySet()) {
      if (!annals.begun(each)) {
        commits.commit(Durability.SYNC, (sequence, batch) -> annals.begin(batch, each, sequence));
      }
    }
  }

  /** Takes the buckets from the rows again. */
  void reload() {
    Map<String, Bucket> found = new HashMap<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.kind(RowKey.BUCKET))) {
      for (; cursor.valid(); cursor.next()) {
        Bucket bucket = RowCodec.bucket(cursor.value());
        found.put(bucket.name(), bucket);
      }
    }
    all.keySet().retainAll(found.keySet());
    all.putAll(found);
  }

  Optional<Bucket> find(String name) {
    rows.checkOpen();
    return Optional.ofNullable(all.get(name));
  }

  Bucket require(String name) {
    return find(name)
        .orElseThrow(
            () -> new StoreException(NO_SUCH_BUCKET, "The specified bucket does not exist"));
  }

  List<Bucket> all() {
    rows.checkOpen();
    return List.copyOf(all.values());
  }

  /** The buckets of an account, in order, after the given name, at most so many. */
  List<Bucket> of(String account, String prefix, String after, int most) {
    rows.checkOpen();
    return all.tailMap(after, false).values().stream()
        .filter(each -> each.account().equals(account) && each.name().startsWith(prefix))
        .limit(most)
        .toList();
  }

  Bucket create(String name, String account, String region) {
    Bucket.checkName(name);
    Bucket bucket =
        new Bucket(
            name,
            clock.instant().truncatedTo(ChronoUnit.MILLIS), // As its row will say it.
            region,
            Bucket.Versioning.OFF,
            account,
            settings.durability(),
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
    int max = settings.maxBuckets();
    if (of(bucket.account(), "", "", max).size() >= max) {
      throw new StoreException(
          TOO_MANY_BUCKETS,
          "You have attempted to create more buckets than allowed: an account has at most " + max);
    }
    return save(bucket, annals::begin);
  }

  Bucket versioning(String name, Bucket.Versioning state) {
    return change(
        name,
        bucket -> {
          if (state == Bucket.Versioning.OFF && bucket.versioning() != state) {
            throw new StoreException(
                INVALID_VERSIONING, "Versioning, once enabled, can only be suspended");
          }
          return bucket.with(state);
        });
  }

  Bucket durability(String name, Durability level) {
    return change(name, bucket -> bucket.with(level));
  }

  Bucket set(String name, String setting, Optional<String> value) {
    return change(name, bucket -> bucket.with(setting, value));
  }

  /** Changes what a bucket is, while no key in it changes. */
  private Bucket change(String name, UnaryOperator<Bucket> change) {
    return locks.onBucket(
        name, () -> save(change.apply(require(name)), (batch, bucket, sequence) -> {}));
  }

  /** What else is written with a bucket's row. */
  private interface Beside {
    void write(RowBatch batch, String bucket, long sequence);
  }

  private Bucket save(Bucket bucket, Beside beside) {
    commits.commit(
        Durability.SYNC,
        (sequence, batch) -> {
          batch.put(RowKey.bucket(bucket.name()), RowCodec.write(bucket));
          beside.write(batch, bucket.name(), sequence);
        });
    all.put(bucket.name(), bucket);
    return bucket;
  }

  /** Removes an empty bucket, and the uploads under way in it. */
  void remove(String name) {
    locks.onBucket(
        name,
        () -> {
          require(name);
          try (Rows.Cursor versions = rows.cursor(RowKey.within(RowKey.VERSION, name, ""))) {
            if (versions.valid()) {
              throw new StoreException(
                  BUCKET_NOT_EMPTY, "The bucket you tried to delete is not empty");
            }
          }
          List<Upload> uploads = new ArrayList<>();
          try (Rows.Cursor cursor = rows.cursor(RowKey.within(RowKey.UPLOAD, name, ""))) {
            for (; cursor.valid(); cursor.next()) {
              uploads.add(RowCodec.upload(cursor.value()));
            }
          }
          commits.commit(
              Durability.SYNC,
              (sequence, batch) -> {
                for (Upload each : uploads) {
                  Uploads.remove(name, each, Uploads.allParts(rows, each.id()), batch);
                }
                batch.remove(RowKey.bucket(name));
                StagedRows.removeAll(rows, batch, name);
                annals.end(batch, name);
              });
          return all.remove(name);
        });
  }
}
