package dev.sluice.ingest.sink;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.protocol.CommitPace;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How the log is moved into tables.
 *
 * @param workers threads, each a member of the group with shards of its own
 * @param group the Kafka group that shares out shards; its offsets are never read
 * @param catalog the lake's Iceberg REST catalog
 * @param token what the catalog wants as bearer token
 * @param commitIntervalMin a commit is due this long after the first record it would take, at the
 *     earliest
 * @param commitIntervalMax and this long at the latest, however long commits take
 * @param memory what the open files and the dead letters of all workers together may take; when it
 *     is spent, reading stands still until files are written
 * @param intervalBytes a worker commits early when the records it has not committed are this large
 * @param intervalRows or this many
 * @param fileSize small files are merged into files of about this size
 * @param lateDeadline rows whose day was over when they came lie together for so long, until they
 *     are filed under their days
 * @param lateness the watermark stays so far behind the latest event time
 * @param idleAfter a shard that was read to its end and got nothing for so long holds the watermark
 *     back no more
 * @param openFiles Parquet files one table may have open at once
 * @param commitAttempts how often a commit is tried before its interval is read again
 * @param catalogTimeout how long one answer of the catalog may take
 * @param pollLimit a worker that has not asked for records for so long loses its shards
 * @param pauseMin the wait after a first failure
 * @param pauseMax the longest wait between repeated failures; a stopped shard is looked at again as
 *     often
 * @param idsBytes what the ids of late that duplicates are found by may take on disk, for all
 *     workers together; when it is spent, those received first are forgotten
 * @param snapshotsKept snapshots a table keeps; older ones are expired
 */
public record SinkSettings(
    @Default("2") int workers,
    @Default("sluice-sink") String group,
    @Default("http://127.0.0.1:8181") URI catalog,
    Optional<Secret> token,
    @Default("2s") Duration commitIntervalMin,
    @Default("60s") Duration commitIntervalMax,
    @Default("128MiB") ByteSize memory,
    @Default("1GiB") ByteSize intervalBytes,
    @Default("5000000") int intervalRows,
    @Default("128MiB") ByteSize fileSize,
    @Default("1h") Duration lateDeadline,
    @Default("1m") Duration lateness,
    @Default("5m") Duration idleAfter,
    @Default("16") int openFiles,
    @Default("8") int commitAttempts,
    @Default("30s") Duration catalogTimeout,
    @Default("5m") Duration pollLimit,
    @Default("200ms") Duration pauseMin,
    @Default("30s") Duration pauseMax,
    @Default("256MiB") ByteSize idsBytes,
    @Default("200") int snapshotsKept) {

  public SinkSettings {
    if (workers < 0 || workers > 64) {
      throw new SettingsException("workers: " + workers + "; use 0 to 64");
    }
    if (group.isBlank()) {
      throw new SettingsException("group: a name is needed");
    }
    Objects.requireNonNull(catalog, "catalog");
    Objects.requireNonNull(token, "token");
    new CommitPace(commitIntervalMin, commitIntervalMax);
    if (memory.bytes() < 1 << 20 || fileSize.bytes() < 1 << 20 || idsBytes.bytes() < 1 << 20) {
      throw new SettingsException("memory, file-size and ids-bytes are at least 1MiB");
    }
    if (intervalRows < 1
        || intervalBytes.bytes() < 1
        || openFiles < 1
        || commitAttempts < 1
        || snapshotsKept < 2) {
      throw new SettingsException(
          "interval-bytes, interval-rows, open-files and commit-attempts are at least 1,"
              + " snapshots-kept at least 2");
    }
    if (pauseMin.isNegative() || pauseMin.isZero() || pauseMax.compareTo(pauseMin) < 0) {
      throw new SettingsException("pause-min is positive and not beyond pause-max");
    }
    if (lateDeadline.isNegative()
        || lateDeadline.isZero()
        || lateness.isNegative()
        || lateness.isZero()
        || idleAfter.isNegative()
        || idleAfter.isZero()) {
      throw new SettingsException("late-deadline, lateness and idle-after are positive");
    }
    if (catalogTimeout.isNegative() || catalogTimeout.isZero()) {
      throw new SettingsException("catalog-timeout is positive");
    }
    if (pollLimit.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new SettingsException("poll-limit is at least 1s");
    }
  }

  /** The same for a lake that is found only when it runs. */
  public SinkSettings on(URI lake, Optional<Secret> key) {
    return new SinkSettings(
        workers,
        group,
        lake,
        key,
        commitIntervalMin,
        commitIntervalMax,
        memory,
        intervalBytes,
        intervalRows,
        fileSize,
        lateDeadline,
        lateness,
        idleAfter,
        openFiles,
        commitAttempts,
        catalogTimeout,
        pollLimit,
        pauseMin,
        pauseMax,
        idsBytes,
        snapshotsKept);
  }

  /** One worker's part of the memory. */
  long memoryOfOne() {
    return memory.bytes() / Math.max(1, workers);
  }

  /** One worker's part of the bytes for ids. */
  long idsBytesOfOne() {
    return idsBytes.bytes() / Math.max(1, workers);
  }

  CommitPace pace() {
    return new CommitPace(commitIntervalMin, commitIntervalMax);
  }
}
