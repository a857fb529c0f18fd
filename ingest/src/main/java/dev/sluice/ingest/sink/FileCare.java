package dev.sluice.ingest.sink;

import dev.sluice.ingest.table.FileMerger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executor;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the number of a table's files in bounds while it is written: after every few commits it has
 * small ones merged, on a thread of its own. Of all workers the one that reads a stream's shard 0
 * does it. Should two do it at once, one finds its files gone and leaves it.
 */
final class FileCare {

  private static final Logger LOG = LoggerFactory.getLogger(FileCare.class);

  private static final int CARERS_SHARD = 0;

  /** As many as merge at once would make of a file each, at the least. */
  private static final int COMMITS_PER_LOOK = 8;

  /** Commits one look may make: a month of days that each got late rows, and some. */
  private static final int ROUNDS_MAX = 40;

  private final FileMerger merger;
  private final Duration lateDeadline;
  private final SinkMeters meters;
  private final Executor thread;
  private final Map<TableIdentifier, Instant> sortingDue = new ConcurrentHashMap<>();
  private final Map<TableIdentifier, Integer> commits = new ConcurrentHashMap<>();
  private final Set<TableIdentifier> busy = ConcurrentHashMap.newKeySet();

  /** The days that may have files to merge: what was written since this worker began. */
  private final Map<TableIdentifier, NavigableSet<LocalDate>> days = new ConcurrentHashMap<>();

  FileCare(FileMerger merger, Duration lateDeadline, SinkMeters meters, Executor thread) {
    this.merger = merger;
    this.lateDeadline = lateDeadline;
    this.meters = meters;
    this.thread = thread;
  }

  /** Whether who reads this shard cares for its table. */
  static boolean cares(ShardTrack track) {
    return track.place().partition() == CARERS_SHARD;
  }

  /** A commit of rows of these days was made to each of these tables. */
  void committed(String stream, Map<TableIdentifier, SortedSet<LocalDate>> touched) {
    touched.forEach((table, ofTable) -> committed(stream, table, ofTable));
  }

  private void committed(String stream, TableIdentifier table, SortedSet<LocalDate> touched) {
    days.computeIfAbsent(table, name -> new ConcurrentSkipListSet<>()).addAll(touched);
    if (commits.merge(table, 1, Integer::sum) % COMMITS_PER_LOOK == 0 && busy.add(table)) {
      thread.execute(() -> look(table, () -> merge(stream, table)));
    }
  }

  /**
   * Has what lies in the table's late lane filed under its days, if it is time: when this worker
   * begins to care for the table, and from then on twice within the time a row may wait.
   */
  void sortOutDue(String stream, TableIdentifier table, Instant now) {
    if (now.isBefore(sortingDue.getOrDefault(table, Instant.MIN)) || !busy.add(table)) {
      return;
    }
    // Soon again, should it fail.
    sortingDue.put(table, now.plus(lateDeadline.dividedBy(16)));
    thread.execute(
        () ->
            look(
                table,
                () -> {
                  boolean sorted = sortOut(table);
                  sortingDue.put(table, now.plus(lateDeadline.dividedBy(2)));
                  if (sorted) {
                    merge(stream, table);
                  }
                }));
  }

  private void look(TableIdentifier table, Runnable care) {
    try {
      care.run();
    } catch (RuntimeException e) {
      // The table is as it was. What was written is deleted by now, unless an answer was lost.
      LOG.info("files of {} were not put in order: {}", table, e.toString());
    } finally {
      busy.remove(table);
    }
  }

  private boolean sortOut(TableIdentifier table) {
    boolean any = false;
    for (int round = 0; round < ROUNDS_MAX; round++) {
      SortedSet<LocalDate> filed = merger.sortOut(table);
      if (filed.isEmpty()) {
        break;
      }
      days.computeIfAbsent(table, name -> new ConcurrentSkipListSet<>()).addAll(filed);
      any = true;
    }
    return any;
  }

  private void merge(String stream, TableIdentifier table) {
    NavigableSet<LocalDate> written = days.getOrDefault(table, new TreeSet<>());
    for (int round = 0; !written.isEmpty() && round < ROUNDS_MAX; round++) {
      Optional<FileMerger.Merge> merge = merger.merge(table, written.first(), written.last());
      if (merge.isEmpty()) {
        // What is left of the days that get no more rows is as it should be.
        written.headSet(merger.openSince(table, written.last())).clear();
        return;
      }
      meters.merged(stream, merge.get());
    }
  }
}
