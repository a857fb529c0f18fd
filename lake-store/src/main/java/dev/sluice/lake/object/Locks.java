package dev.sluice.lake.object;

import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Who may change what at the same time: changes to one key go one after the other, and a bucket is
 * removed or switched only while no key in it changes. A bucket's lock is always taken before a
 * key's.
 */
final class Locks {
  private final Runnable check;
  private final ReadWriteLock[] buckets = new ReadWriteLock[64];
  private final Lock[] keys = new Lock[1024];

  /** The check is made before any work, under its locks. */
  Locks(Runnable check) {
    this.check = check;
    for (int at = 0; at < buckets.length; at++) {
      buckets[at] = new ReentrantReadWriteLock();
    }
    for (int at = 0; at < keys.length; at++) {
      keys[at] = new ReentrantLock();
    }
  }

  <T> T onBucket(String bucket, Supplier<T> work) {
    return locked(stripe(bucket).writeLock(), work);
  }

  <T> T onKey(String bucket, String key, Supplier<T> work) {
    Lock own = keys[stripe(bucket, key)];
    return locked(stripe(bucket).readLock(), () -> locked(own, work));
  }

  /** As {@link #onKey} for many keys, whose locks are always taken in the same order. */
  <T> T onKeys(String bucket, Collection<String> names, Supplier<T> work) {
    int[] stripes =
        names.stream().mapToInt(key -> stripe(bucket, key)).distinct().sorted().toArray();
    return locked(
        stripe(bucket).readLock(),
        () -> {
          int taken = 0;
          try {
            for (; taken < stripes.length; taken++) {
              keys[stripes[taken]].lock();
            }
            check.run();
            return work.get();
          } finally {
            while (taken > 0) {
              keys[stripes[--taken]].unlock();
            }
          }
        });
  }

  private int stripe(String bucket, String key) {
    return Math.floorMod(Objects.hash(bucket, key), keys.length);
  }

  private ReadWriteLock stripe(String bucket) {
    return buckets[Math.floorMod(bucket.hashCode(), buckets.length)];
  }

  private <T> T locked(Lock lock, Supplier<T> work) {
    lock.lock();
    try {
      check.run();
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
