package dev.sluice.lake.query;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;

/**
 * The bounds of SQL.
 *
 * @param timeout after which a query is cancelled
 * @param rowLimit rows in one answer; more are cut off, and the answer says so
 * @param maxAnswer bytes of rows in one answer; more are cut off, and the answer says so
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
    @Default("10000") int rowLimit,
    @Default("32MiB") ByteSize maxAnswer,
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
    if (timeout.isNegative() || timeout.isZero()) {
      throw new SettingsException("timeout is more than nothing");
    }
  }
}
