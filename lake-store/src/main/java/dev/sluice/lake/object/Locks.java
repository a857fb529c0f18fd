package dev.sluice.lake.object;

import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

/**
 * Who may change what at the same time: changes to one key go one after the other, and a bucket is
 * removed or switched only while no key in it changes. A bucket's lock is always taken before a
 * key's. Nobody takes the same lock twice, and whoever is done lets go of it, on whichever thread.
 */
final class Locks {
  private final Runnable check;
  private final StampedLock[] buckets = new StampedLock[64];
  private final StampedLock[] keys = new StampedLock[1024];

  /** The check is made before any work, under its locks. */
  Locks(Runnable check) {
    this.check = check;
    for (int at = 0; at < buckets.length; at++) {
      buckets[at] = new StampedLock();
    }
    for (int at = 0; at < keys.length; at++) {
      keys[at] = new StampedLock();
    }
  }

  /** Locks that are held until they are let go of. */
  @FunctionalInterface
  interface Held {
    void release();
  }

  <T> T onBucket(String bucket, Supplier<T> work) {
    return locked(whole(bucket), work);
  }

  <T> T onKey(String bucket, String key, Supplier<T> work) {
    return locked(hold(bucket, key), work);
  }

  /** As {@link #onKey} for many keys, whose locks are always taken in the same order. */
  <T> T onKeys(String bucket, Collection<String> names, Supplier<T> work) {
    int[] stripes =
        names.stream().mapToInt(key -> stripe(bucket, key)).distinct().sorted().toArray();
    return locked(checked(taken(bucket, stripes)), work);
  }

  /** As {@link #onKey}, for work that ends elsewhere. */
  Held hold(String bucket, String key) {
    return checked(taken(bucket, new int[] {stripe(bucket, key)}));
  }

  private Held whole(String bucket) {
    StampedLock home = stripe(bucket);
    long stamp = home.writeLock();
    return checked(() -> home.unlockWrite(stamp));
  }

  private Held taken(String bucket, int[] stripes) {
    StampedLock home = stripe(bucket);
    long shared = home.readLock();
    long[] stamps = new long[stripes.length];
    for (int at = 0; at < stripes.length; at++) {
      stamps[at] = keys[stripes[at]].writeLock();
    }
    return () -> {
      for (int at = stripes.length - 1; at >= 0; at--) {
        keys[stripes[at]].unlockWrite(stamps[at]);
      }
      home.unlockRead(shared);
    };
  }

  private Held checked(Held held) {
    try {
      check.run();
      return held;
    } catch (RuntimeException | Error e) {
      held.release();
      throw e;
    }
  }

  private int stripe(String bucket, String key) {
    return Math.floorMod(Objects.hash(bucket, key), keys.length);
  }

  private StampedLock stripe(String bucket) {
    return buckets[Math.floorMod(bucket.hashCode(), buckets.length)];
  }

  private static <T> T locked(Held held, Supplier<T> work) {
    try {
      return work.get();
    } finally {
      held.release();
    }
  }
}
