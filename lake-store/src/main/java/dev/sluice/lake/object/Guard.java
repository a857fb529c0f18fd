package dev.sluice.lake.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Stands between a version's bytes and whoever reads them: no byte leaves before every block it is
 * part of was found to be as it was written, since the store was opened or, if the settings say so,
 * for this very read. What is not goes into quarantine.
 */
final class Guard {
  /** Buffers for reading that are kept; a read beyond that many at a time makes its own. */
  private static final int BUFFERS = 16;

  private final Holdings holdings;
  private final Path directory;
  private final Quarantine quarantine;
  private final BlockReader blocks;
  private final VerifiedBlocks verified;
  private final ObjectSettings.Verify when;

  Guard(Holdings holdings, Quarantine quarantine, ObjectSettings settings) {
    this.holdings = holdings;
    this.directory = settings.directory();
    this.quarantine = quarantine;
    this.blocks = new BlockReader(BUFFERS);
    this.verified = new VerifiedBlocks(settings.verifyMemory().bytes());
    this.when = settings.verify();
  }

  /** Refuses a version that is known to be damaged. */
  void admit(String bucket, ObjectVersion version) {
    Optional<Damage> known = quarantine.find(bucket, version);
    if (known.isPresent()) {
      throw refusal(known.get());
    }
  }

  /** Verifies the blocks that hold bytes of an extent, from one place in it to another. */
  void verify(String bucket, ObjectVersion version, Extent extent, long from, long to) {
    if (from >= to) {
      return;
    }
    long block = extent.sums().block();
    Optional<BlockReader.Fault> fault =
        check(
            extent,
            (int) (from / block),
            (int) ((to - 1) / block),
            when == ObjectSettings.Verify.EVERY_READ ? every(extent) : unverified(extent),
            BlockReader.Pace.NONE);
    if (fault.isPresent()) {
      throw refusal(quarantine.report(bucket, version, extent, file(extent), fault.get()));
    }
  }

  private String file(Extent extent) {
    return directory.relativize(holdings.path(extent)).toString();
  }

  /** Reads all of a version, whatever was verified before; the damage, if there is any. */
  Optional<Damage> inspect(String bucket, ObjectVersion version, BlockReader.Pace pace) {
    for (Extent each : version.content().extents()) {
      Optional<BlockReader.Fault> fault =
          check(each, 0, each.sums().count() - 1, every(each), pace);
      if (fault.isPresent()) {
        return Optional.of(quarantine.report(bucket, version, each, file(each), fault.get()));
      }
    }
    return version.content() instanceof Content.Inline inline
        ? inspectRow(bucket, version, inline, pace)
        : Optional.empty();
  }

  /**
   * RocksDB's checksums stand guard over a row's bytes; that it is the right row, the ETag says.
   */
  private Optional<Damage> inspectRow(
      String bucket, ObjectVersion version, Content.Inline inline, BlockReader.Pace pace) {
    MessageDigest md5 = IncomingBody.md5();
    md5.update(inline.bytes());
    String actual = HexFormat.of().formatHex(md5.digest());
    pace.read(version.size());
    return actual.equals(version.etag())
        ? Optional.empty()
        : Optional.of(quarantine.reportRow(bucket, version, actual));
  }

  private Optional<BlockReader.Fault> check(
      Extent extent, int from, int to, BlockReader.Choice choice, BlockReader.Pace pace) {
    try {
      Optional<BlockReader.Fault> fault =
          blocks.check(extent, holdings.path(extent), from, to, choice, pace);
      fault.ifPresent(each -> verified.remove(VerifiedBlocks.print(extent, each.block())));
      return fault;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private BlockReader.Choice unverified(Extent extent) {
    return new BlockReader.Choice() {
      @Override
      public boolean wanted(int block) {
        return !verified.contains(VerifiedBlocks.print(extent, block));
      }

      @Override
      public void sound(int block) {
        verified.add(VerifiedBlocks.print(extent, block));
      }
    };
  }

  private BlockReader.Choice every(Extent extent) {
    return new BlockReader.Choice() {
      @Override
      public boolean wanted(int block) {
        return true;
      }

      @Override
      public void sound(int block) {
        verified.add(VerifiedBlocks.print(extent, block));
      }
    };
  }

  private static StoreException refusal(Damage damage) {
    return new StoreException(StoreException.Reason.DAMAGED, damage.line());
  }
}
