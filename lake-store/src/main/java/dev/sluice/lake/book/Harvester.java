package dev.sluice.lake.book;

import dev.sluice.lake.book.shelf.Harvest;
import dev.sluice.lake.book.shelf.Page;
import dev.sluice.lake.book.shelf.Shelf;
import dev.sluice.lake.catalog.registry.Change;
import dev.sluice.lake.catalog.registry.Standing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the catalog's changes on a thread of its own.
 *
 * <p>A change is written into the book, with its number, before it is removed from the log; one
 * that comes again is known by its number. So whenever the process dies, no change is lost and none
 * is written twice. Changes are removed some at a time, for each removal is a commit of the
 * catalog's database; until then they are passed over by number.
 */
final class Harvester {
  private static final Logger LOG = LoggerFactory.getLogger(Harvester.class);
  private static final int BATCH = 64;
  private static final int REMOVED_TOGETHER = 256;
  private static final int LOOKED_AT = 1000;
  private static final int MOST_RENAMES = 1000;
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration STOPPING = Duration.ofSeconds(30);

  private final Source source;
  private final Book book;
  private final Renames renames;
  private final BookSettings settings;
  private final InstantSource clock;
  private final Gleaning gleaning;
  private final Progress progress = new Progress();
  private final Set<Long> written = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private final Counter failures;
  private final Timer batches;
  private Instant retried;
  private volatile boolean reconciled;

  Harvester(
      Source source,
      Book book,
      Renames renames,
      BookSettings settings,
      InstantSource clock,
      MeterRegistry registry) {
    this.source = source;
    this.book = book;
    this.renames = renames;
    this.settings = settings;
    this.clock = clock;
    this.gleaning = new Gleaning(source, settings.snapshots());
    this.retried = clock.instant();
    this.failures =
        Counter.builder("sluice.book.failures")
            .description("times that the book could not be written and was tried again")
            .register(registry);
    this.batches =
        Timer.builder("sluice.book.harvests")
            .description("batches of changes written into the book")
            .register(registry);
    registry.gauge("sluice.book.unreadable", book, each -> each.troubled().size());
    registry.gauge("sluice.book.entries", book, each -> each.index().size());
    this.thread = new Thread(this::run, "book");
    thread.setDaemon(true);
  }

  /**
   * Waits, not for ever, until everything that any server of this catalog did by now is in the
   * book; then has the index say it.
   *
   * @return names that stand for something else by now, though the book does not know it yet
   */
  Set<TableIdentifier> settle() {
    if (!written.containsAll(source.waiting(LOOKED_AT))) {
      progress.tell();
    }
    boolean all = progress.caughtUp(settings.patience());
    Set<TableIdentifier> moved = all ? Set.of() : moved();
    book.follow();
    return moved;
  }

  private Set<TableIdentifier> moved() {
    List<Change> renames = source.renames(MOST_RENAMES);
    if (renames.size() == MOST_RENAMES) {
      throw new IllegalStateException("too many tables were renamed since it was last written");
    }
    Set<Long> known = book.shelf().applied(renames.stream().map(Change::number).toList());
    return renames.stream()
        .filter(change -> !known.contains(change.number()))
        .map(Change::name)
        .collect(Collectors.toSet());
  }

  Progress progress() {
    return progress;
  }

  /** Whether everything that the catalog held at the start is in the book. */
  boolean reconciled() {
    return reconciled;
  }

  void start() {
    progress.tell();
    thread.start();
  }

  void stop() throws InterruptedException {
    progress.stop();
    thread.join(STOPPING.toMillis());
    if (thread.isAlive()) {
      throw new IllegalStateException("the book is still being written");
    }
  }

  private void run() {
    while (!progress.stopped()) {
      try {
        long told = progress.await(settings.poll());
        catchUp();
        if (!reconciled) {
          reconcile();
          catchUp();
        }
        progress.reached(told);
        retry();
      } catch (InterruptedException interrupted) {
        return;
      } catch (RuntimeException failure) {
        failures.increment();
        LOG.warn("the book could not be written; it is tried again", failure);
        if (!rested()) {
          return;
        }
      }
    }
    remove();
  }

  private boolean rested() {
    try {
      progress.rest(AFTER_FAILURE);
      return true;
    } catch (InterruptedException interrupted) {
      return false;
    }
  }

  private void catchUp() {
    while (!progress.stopped()) {
      List<Change> news =
          source.changes(REMOVED_TOGETHER + BATCH).stream()
              .filter(change -> !written.contains(change.number()))
              .limit(BATCH)
              .toList();
      if (news.isEmpty()) {
        return;
      }
      rename(news);
      batches.record(() -> write(news));
      news.forEach(change -> written.add(change.number()));
      if (written.size() >= REMOVED_TOGETHER) {
        remove();
      }
    }
  }

  /**
   * Tells the other rooms, before the book notes that it knows: a rename that is told once more,
   * later, would take a new table of the old name along.
   */
  private void rename(List<Change> news) {
    List<Change> renamed = news.stream().filter(each -> each.becomes().isPresent()).toList();
    if (renamed.isEmpty()) {
      return;
    }
    Set<Long> told = book.shelf().applied(renamed.stream().map(Change::number).toList());
    for (Change change : renamed) {
      if (!told.contains(change.number())) {
        renames.renamed(change.name(), change.becomes().orElseThrow());
      }
    }
  }

  /** The metadata of what is in the book already is not read again: its file may be gone. */
  private void write(List<Change> changes) {
    Set<Long> known =
        reconciled ? Set.of() : book.shelf().applied(changes.stream().map(Change::number).toList());
    List<Harvest> harvests =
        changes.stream()
            .filter(change -> !known.contains(change.number()))
            .map(gleaning::of)
            .toList();
    try {
      book.apply(harvests);
    } catch (RuntimeException failure) {
      if (harvests.size() == 1) {
        throw failure;
      }
      LOG.warn("{} changes could not be written together; one by one", harvests.size(), failure);
      harvests.forEach(harvest -> book.apply(List.of(harvest)));
    }
  }

  private void remove() {
    if (!written.isEmpty()) {
      source.remove(List.copyOf(written));
      written.clear();
    }
  }

  /**
   * What the log does not tell: tables from before there was a log, or from before this book. A
   * page whose name stands for nothing any more is closed.
   */
  private void reconcile() {
    Map<TableIdentifier, Page> pages = new HashMap<>();
    for (Shelf.Volume volume : book.shelf().all()) {
      if (volume.page().present()) {
        pages.put(volume.page().name(), volume.page());
      }
    }
    List<Harvest> found = new ArrayList<>();
    for (Standing standing : source.standing()) {
      Optional<Page> page = Optional.ofNullable(pages.remove(standing.name()));
      boolean known =
          page.isPresent() && page.get().metadata().equals(standing.pointer().location());
      if (!known) {
        found.add(gleaning.of(standing, clock.instant()));
      }
      if (found.size() == BATCH) {
        book.apply(found);
        found.clear();
      }
      if (progress.stopped()) {
        return;
      }
    }
    for (Page gone : pages.values()) {
      found.add(
          new Harvest(0, clock.instant(), "", gone.name(), gone.kind(), new Harvest.Dropped()));
    }
    book.apply(found);
    reconciled = true;
  }

  private void retry() {
    if (clock.instant().isBefore(retried.plus(settings.retry()))) {
      return;
    }
    retried = clock.instant();
    for (long id : book.troubled().keySet()) {
      book.shelf()
          .find(id)
          .flatMap(volume -> gleaning.again(volume.page()))
          .ifPresent(harvest -> book.apply(List.of(harvest)));
    }
  }
}
