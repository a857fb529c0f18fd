package dev.sluice.lake.object;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What every change leaves behind in a bucket's history: a row of the change feed, and the horizon,
 * the sequence from which the bucket can be seen as it was. Both are written in the change's own
 * batch, by whoever leads the commit.
 */
final class Annals {
  private final Rows rows;
  private final Quarantine quarantine;
  private final InstantSource clock;
  private final Map<String, Long> horizons = new ConcurrentHashMap<>();

  Annals(Rows rows, Quarantine quarantine, InstantSource clock) {
    this.rows = rows;
    this.quarantine = quarantine;
    this.clock = clock;
  }

  /** A bucket's history begins. */
  void begin(RowBatch batch, String bucket, long sequence) {
    raise(batch, bucket, sequence);
    batch.put(RowKey.changeFloor(bucket), HistoryCodec.number(sequence));
  }

  /** Whether it has begun: it has not in buckets older than the change feed. */
  boolean begun(String bucket) {
    return rows.get(RowKey.changeFloor(bucket)).isPresent();
  }

  /** A bucket's history goes with it. */
  void end(RowBatch batch, String bucket) {
    batch.remove(RowKey.horizon(bucket));
    batch.remove(RowKey.changeFloor(bucket));
    byte[] changes = RowKey.changes(bucket);
    batch.removeRange(changes, RowKey.after(changes));
    horizons.remove(bucket);
  }

  /** A version, or its place as the current one, came to be or went. */
  void note(RowBatch batch, String bucket, long sequence, Change.Kind kind, ObjectVersion of) {
    Instant time = of.sequence() == sequence ? of.modified() : clock.instant();
    note(
        batch,
        bucket,
        new Change(
            sequence,
            batch.ordinal(sequence),
            kind,
            of.key(),
            of.id(),
            of.size(),
            of.etag(),
            time));
  }

  private static void note(RowBatch batch, String bucket, Change change) {
    batch.put(
        RowKey.change(bucket, change.sequence(), change.ordinal()), HistoryCodec.write(change));
  }

  /** The only version of a key goes, where nothing is versioned. */
  void noteDelete(RowBatch batch, String bucket, long sequence, String key, Head gone) {
    note(
        batch,
        bucket,
        new Change(
            sequence,
            batch.ordinal(sequence),
            Change.Kind.DELETE,
            key,
            VersionId.NULL,
            gone.size(),
            gone.etag(),
            clock.instant()));
    lose(batch, bucket, key, gone.sequence(), sequence);
  }

  /**
   * The row of a version is removed. From the commit that hid it on, or this one if it was not
   * hidden, the bucket can still be seen as it was.
   */
  void lose(RowBatch batch, String bucket, String key, long version, long hidden) {
    quarantine.forget(batch, bucket, key, version);
    raise(batch, bucket, hidden);
  }

  private void raise(RowBatch batch, String bucket, long sequence) {
    long horizon =
        horizons.compute(
            bucket, (name, known) -> Math.max(known == null ? stored(name) : known, sequence));
    // Written even if it does not rise: the batch that raised it may have failed.
    batch.put(RowKey.horizon(bucket), HistoryCodec.number(horizon));
  }

  private long stored(String bucket) {
    return rows.get(RowKey.horizon(bucket)).map(HistoryCodec::number).orElse(0L);
  }
}
