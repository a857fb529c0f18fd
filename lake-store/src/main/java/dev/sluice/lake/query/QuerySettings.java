package dev.sluice.lake.query;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;
import java.util.List;

/**
 * The bounds of SQL.
 *
 * @param timeout after which a query is cancelled
 * @param longest how long an answer may take to leave, a slow reader's time included
 * @param stall how long a reader may take nothing before it is hung up on
 * @param rowLimit rows of an answer in JSON where the caller names no number; more are cut off, and
 *     the answer says so
 * @param maxAnswer bytes of rows of such an answer; more are cut off, and the answer says so; and
 *     bytes of one row of any answer
 * @param maxFile bytes of an answer in Parquet, which is a file here until it has left
 * @param memory for each query under way
 * @param threads for each query under way
 * @param concurrency queries at a time; {@code queue} more may wait
 * @param maxFiles data files in one query
 * @param maxTables tables in one query, and in a list of all of them
 * @param maxDeletes bytes of delete files of one table in one query
 * @param maxListed rows of a list of snapshots, files, objects and the like
 * @param cache bytes of files kept here when the object store is elsewhere
 */
public record QuerySettings(
    @Default("60s") Duration timeout,
    @Default("1h") Duration longest,
    @Default("30s") Duration stall,
    @Default("10000") int rowLimit,
    @Default("32MiB") ByteSize maxAnswer,
    @Default("1GiB") ByteSize maxFile,
    @Default("64KiB") ByteSize maxSql,
    @Default("512MiB") ByteSize memory,
    @Default("2") int threads,
    @Default("2") int concurrency,
    @Default("16") int queue,
    @Default("20000") int maxFiles,
    @Default("1000") int maxTables,
    @Default("256MiB") ByteSize maxDeletes,
    @Default("1000000") int maxListed,
    @Default("4GiB") ByteSize cache) {
  public QuerySettings {
    if (rowLimit < 1 || threads < 1 || concurrency < 1 || queue < 1) {
      throw new SettingsException("row-limit, threads, concurrency and queue are at least 1");
    }
    if (maxFiles < 1 || maxTables < 1 || maxListed < 1) {
      throw new SettingsException("max-files, max-tables and max-listed are at least 1");
    }
    for (Duration each : List.of(timeout, longest, stall)) {
      if (each.toMillis() < 1) {
        throw new SettingsException("timeout, longest and stall are at least a millisecond");
      }
    }
  }

  /** The same with less memory for a query. */
  QuerySettings within(ByteSize lessMemory) {
    return new QuerySettings(
        timeout,
        longest,
        stall,
        rowLimit,
        maxAnswer,
        maxFile,
        maxSql,
        lessMemory,
        threads,
        concurrency,
        queue,
        maxFiles,
        maxTables,
        maxDeletes,
        maxListed,
        cache);
  }
}
