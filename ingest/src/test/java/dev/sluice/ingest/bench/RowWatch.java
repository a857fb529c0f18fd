package dev.sluice.ingest.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/**
 * Looks at broker and table some times a second, until every event is a row. The same few questions
 * are asked about each contender.
 */
final class RowWatch {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(200);
  private static final Duration STANDSTILL = Duration.ofMinutes(3);

  private final BrokerProcess broker;
  private final String topic;
  private final long events;

  RowWatch(BrokerProcess broker, String topic, long events) {
    this.broker = broker;
    this.topic = topic;
    this.events = events;
  }

  /** The clock starts with the first fetched byte, however long the worker took to get there. */
  Progress follow(Turn turn, long fetchedBefore) throws IOException {
    long moved = System.nanoTime();
    long begin = 0;
    long rows = 0;
    Progress progress = new Progress();
    Optional<Table> table = Optional.empty();
    while (rows < events) {
      LockSupport.parkNanos(begin == 0 ? PAUSE / 10 : PAUSE);
      long fetched = broker.fetchedBytes(topic) - fetchedBefore;
      long now = System.nanoTime();
      if (fetched > 0) {
        begin = begin == 0 ? now : begin;
        table = table.isEmpty() ? turn.table().get() : table;
        long seen = table.map(RowWatch::rows).orElse(0L);
        moved = seen > rows ? now : moved;
        rows = seen;
        progress.add(Duration.ofNanos(System.nanoTime() - begin), fetched, rows);
      }
      if (!turn.worker().alive() || now - moved > STANDSTILL.toNanos()) {
        throw new IOException("the worker has ended or stands still at " + rows + " rows");
      }
    }
    return progress;
  }

  /** The rows of the newest snapshot, which every commit writes into its summary. */
  private static long rows(Table table) {
    table.refresh();
    Snapshot newest = table.currentSnapshot();
    Map<String, String> summary = newest == null ? Map.of() : newest.summary();
    return Long.parseLong(summary.getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
  }
}
