package dev.sluice.lake.catalog;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Has what concerns the same thing follow each other in this server. Nothing is right only because
 * of it: the database compares what it changes, and other servers know nothing of these locks. It
 * spares commits to one table the metadata files they would write in vain.
 */
final class Stripes {
  private static final int COUNT = 256;

  private final List<ReentrantLock> locks =
      IntStream.range(0, COUNT).mapToObj(number -> new ReentrantLock(true)).toList();

  <T> T holding(Collection<?> things, Supplier<T> work) {
    // In one order, so that two never wait for each other.
    List<ReentrantLock> held =
        things.stream()
            .map(thing -> Math.floorMod(thing.hashCode(), COUNT))
            .distinct()
            .sorted()
            .map(locks::get)
            .toList();
    held.forEach(Lock::lock);
    try {
      return work.get();
    } finally {
      held.forEach(Lock::unlock);
    }
  }
}
