package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.Purges;
import dev.sluice.lake.catalog.registry.Registry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.exceptions.NotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the files of tables that were dropped with them, in a thread of its own, and again after
 * a restart for as long as some may be left. What a table uses that has the same identity, for it
 * was registered from the same metadata, stays.
 */
final class Purger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Purger.class);
  private static final int AT_ONCE = 16;

  /** Other servers' too, should one of them have died. */
  private static final Duration LOOK_EVERY = Duration.ofMinutes(10);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Purges purges;
  private final TableFiles files;
  private final InstantSource clock;
  private final Thread thread;
  private final BlockingQueue<Boolean> calls = new ArrayBlockingQueue<>(1);
  private volatile boolean stopped;

  Purger(Registry registry, TableFiles files, InstantSource clock) {
    this.purges = registry.purges();
    this.files = files;
    this.clock = clock;
    this.thread = new Thread(this::run, "catalog-purge");
    thread.setDaemon(true);
    thread.start();
  }

  /** A table was dropped with its files; who is called already need not be called again. */
  void wake() {
    if (!calls.offer(true)) {
      LOG.debug("it is known that files are to be removed");
    }
  }

  private boolean stopped() {
    return stopped;
  }

  private void run() {
    try {
      while (!stopped) {
        round();
        Boolean called = calls.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        LOG.debug("files of dropped tables are looked for, called: {}", called != null);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** Each that is left once; one that fails is tried again in the next round. */
  private void round() {
    int failed = 0;
    while (!stopped()) {
      try {
        List<String> pending = purges.pending(AT_ONCE + failed);
        if (pending.size() <= failed) {
          return;
        }
        // Those that failed were put behind the others, so the first ones are new.
        for (String metadata : pending.subList(0, pending.size() - failed)) {
          failed += carriedOut(metadata) ? 0 : 1;
        }
      } catch (RuntimeException unreachable) {
        LOG.warn("files of dropped tables are left for later", unreachable);
        return;
      }
    }
  }

  private boolean carriedOut(String location) {
    if (stopped()) {
      return false;
    }
    try {
      TableMetadata metadata = TableMetadataParser.read(files.io(), location);
      List<String> places = Placement.places(metadata);
      boolean used =
          purges
              .tables(each -> places.stream().anyMatch(place -> Locations.within(each, place)))
              .stream()
              .anyMatch(each -> same(each, metadata));
      if (used) {
        LOG.info("the files of {} stay, for another table was registered from it", location);
      } else {
        new Removal(files.io(), metadata, places, this::stopped).run();
      }
    } catch (NotFoundException gone) {
      LOG.debug("the files of {} were removed before", location, gone);
    } catch (Removal.Stopped early) {
      return false;
    } catch (RuntimeException failure) {
      LOG.warn("the files of the dropped table {} are left for later", location, failure);
      purges.postpone(location, clock.millis());
      return false;
    }
    purges.done(location);
    return true;
  }

  /** A table whose own metadata is gone uses nothing. */
  private boolean same(String location, TableMetadata metadata) {
    try {
      return files.read(location).uuid().equals(metadata.uuid());
    } catch (NotFoundException gone) {
      return false;
    }
  }

  @Override
  public void close() {
    stopped = true;
    wake();
    try {
      thread.join(PATIENCE.toMillis());
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(PATIENCE.toMillis());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
