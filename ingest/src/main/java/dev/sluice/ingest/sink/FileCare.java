package dev.sluice.ingest.sink;

import dev.sluice.ingest.table.FileMerger;
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

  private final FileMerger merger;
  private final SinkMeters meters;
  private final Executor thread;
  private final Map<TableIdentifier, Integer> commits = new ConcurrentHashMap<>();
  private final Set<TableIdentifier> busy = ConcurrentHashMap.newKeySet();

  /** The days that may have files to merge: what was written since this worker began. */
  private final Map<TableIdentifier, NavigableSet<LocalDate>> days = new ConcurrentHashMap<>();

  FileCare(FileMerger merger, SinkMeters meters, Executor thread) {
    this.merger = merger;
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
      thread.execute(() -> merge(stream, table));
    }
  }

  private void merge(String stream, TableIdentifier table) {
    NavigableSet<LocalDate> written = days.getOrDefault(table, new TreeSet<>());
    try {
      if (written.isEmpty()) {
        return;
      }
      Optional<FileMerger.Merge> merge = merger.merge(table, written.first(), written.last());
      merge.ifPresent(made -> meters.merged(stream, made));
      if (merge.isEmpty()) {
        // What is left of the days that get no more rows is as it should be.
        written.headSet(merger.openSince(table, written.last())).clear();
      }
    } catch (RuntimeException e) {
      // The table is as it was; what was written for it is left to table care.
      LOG.info("small files of {} were not merged: {}", table, e.toString());
    } finally {
      busy.remove(table);
    }
  }
}
