package dev.sluice.lake.object;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where the store lies, how much memory its rows may take, and how bytes are verified.
 *
 * @param directory within the lake's {@code data}, unless it is absolute
 * @param flushesJoined so many times what was written to memory goes to disk by itself before it is
 *     joined to the rows that were there: seldom saves processor time, often makes lists faster
 * @param inlineLimit the largest object that lies in a row
 * @param segmentLimit the largest object that lies in a file together with others
 * @param segmentSize how large such a file grows
 * @param maxBuckets of one account
 * @param durability of a bucket when it is made
 * @param batchInterval how long a write to a bucket of durability {@code batch} may take to be on
 *     disk
 * @param freeSpace new bytes are refused while less of the disk is free
 * @param verify when the bytes of a read are compared with their sums
 * @param verifyMemory for remembering what was verified: 8 bytes a block of up to 4 MiB
 */
public record ObjectSettings(
    @Default("objects") Path directory,
    @Default("8MiB") ByteSize blockCache,
    @Default("64MiB") ByteSize writeBuffers,
    @Default("8") int flushesJoined,
    @Default("4KiB") ByteSize inlineLimit,
    @Default("256KiB") ByteSize segmentLimit,
    @Default("64MiB") ByteSize segmentSize,
    @Default("256") int openRowFiles,
    @Default("100") int maxBuckets,
    @Default("sync") Durability durability,
    @Default("200ms") Duration batchInterval,
    @Default("64MiB") ByteSize freeSpace,
    @Default("first-read") Verify verify,
    @Default("2MiB") ByteSize verifyMemory,
    ScrubSettings scrub,
    ChangeSettings changes,
    StageSettings stages) {
  /** When the bytes of a read are compared with their sums. */
  public enum Verify {
    /** The first time after the store was opened. */
    FIRST_READ,
    /** Every time. */
    EVERY_READ
  }

  public ObjectSettings {
    if (inlineLimit.bytes() > 64 * 1024) {
      throw new SettingsException("inline-limit is above 64KiB: rows must stay small");
    }
    if (segmentLimit.bytes() > 4 << 20 || segmentSize.bytes() < 4 * segmentLimit.bytes()) {
      throw new SettingsException(
          "segment-limit may be 4MiB at most, and segment-size at least four times as much");
    }
    if (flushesJoined < 2 || flushesJoined > 64) {
      throw new SettingsException("flushes-joined is 2 to 64");
    }
    if (openRowFiles < 16 || maxBuckets < 1) {
      throw new SettingsException("open-row-files must be at least 16 and max-buckets at least 1");
    }
  }

  /** The same, a relative directory being one within {@code data}. */
  public ObjectSettings within(Path data) {
    return new ObjectSettings(
        data.resolve(directory),
        blockCache,
        writeBuffers,
        flushesJoined,
        inlineLimit,
        segmentLimit,
        segmentSize,
        openRowFiles,
        maxBuckets,
        durability,
        batchInterval,
        freeSpace,
        verify,
        verifyMemory,
        scrub,
        changes,
        stages);
  }

  /** The defaults, in the given directory. */
  public static ObjectSettings in(Path directory) {
    return Settings.read(
        ObjectSettings.class, Optional.empty(), Map.of("SLUICE_DIRECTORY", directory.toString()));
  }
}
