package dev.sluice.lake.object;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions whose bytes were found not to be what was written. They are listed, and refused to
 * readers, until they are deleted or overwritten, or a scrub finds their bytes whole again.
 */
public final class Quarantine {
  private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

  private final Rows rows;
  private final Commits commits;
  private final Locks locks;
  private final InstantSource clock;
  private final AtomicLong count = new AtomicLong();
  private final AtomicReference<Optional<Damage>> first = new AtomicReference<>(Optional.empty());

  /** Whether there may be any: while there was none, a read asks for no row. */
  private volatile boolean any;

  Quarantine(Rows rows, Commits commits, Locks locks, InstantSource clock) {
    this.rows = rows;
    this.commits = commits;
    this.locks = locks;
    this.clock = clock;
    recount();
  }

  /** Takes the count from the rows, at the start and when they may be other than was thought. */
  void recount() {
    long found = 0;
    try (Rows.Cursor cursor = rows.cursor(RowKey.kind(RowKey.QUARANTINE))) {
      for (; cursor.valid(); cursor.next()) {
        found++;
      }
    }
    first.set(list(1).stream().findFirst());
    count.set(found);
    any |= found > 0;
  }

  /** How many versions are known to be damaged. */
  public long count() {
    return count.get();
  }

  /** One of them, without asking the disk. */
  public Optional<Damage> first() {
    return count.get() == 0 ? Optional.empty() : first.get();
  }

  /** What is damaged, in the order of buckets and keys, at most so many. */
  public List<Damage> list(int max) {
    List<Damage> damages = new ArrayList<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.kind(RowKey.QUARANTINE))) {
      for (; cursor.valid() && damages.size() < max; cursor.next()) {
        damages.add(HistoryCodec.damage(cursor.value()));
      }
    }
    return damages;
  }

  Optional<Damage> find(String bucket, ObjectVersion version) {
    return any ? rows.get(key(bucket, version)).map(HistoryCodec::damage) : Optional.empty();
  }

  /** Records what was found of a version, unless it is gone or known to be damaged. */
  Damage report(
      String bucket, ObjectVersion version, Extent extent, String file, BlockReader.Fault fault) {
    long block = extent.sums().block();
    Damage damage =
        new Damage(
            bucket,
            version.key(),
            version.id(),
            file,
            extent.offset() + fault.block() * block,
            Math.min(block, extent.length() - fault.block() * block),
            fault.expected(),
            fault.actual(),
            clock.instant());
    record(bucket, version, damage);
    return damage;
  }

  /** As {@link #report}, of bytes within the version's row. */
  Damage reportRow(String bucket, ObjectVersion version, String md5) {
    Damage damage =
        new Damage(
            bucket,
            version.key(),
            version.id(),
            "row",
            0,
            version.size(),
            "MD5 " + version.etag(),
            "MD5 " + md5,
            clock.instant());
    record(bucket, version, damage);
    return damage;
  }

  private void record(String bucket, ObjectVersion version, Damage damage) {
    any = true;
    locks.onKey(
        bucket,
        version.key(),
        () -> {
          byte[] key = key(bucket, version);
          byte[] row = RowKey.version(bucket, version.key(), version.sequence());
          if (rows.get(row).isPresent() && rows.get(key).isEmpty()) {
            commits.commit(
                Durability.SYNC,
                (number, batch) -> {
                  batch.put(key, HistoryCodec.write(damage));
                  batch.afterwards(() -> counted(damage));
                });
            LOG.error("{}", damage.line());
          }
          return damage;
        });
  }

  private void counted(Damage damage) {
    if (count.getAndIncrement() == 0) {
      first.set(Optional.of(damage));
    }
  }

  /** The version was read through and is whole. */
  void release(String bucket, ObjectVersion version) {
    locks.onKey(
        bucket,
        version.key(),
        () -> {
          commits.commit(
              Durability.SYNC,
              (number, batch) -> forget(batch, bucket, version.key(), version.sequence()));
          LOG.warn("{}/{} version {} is whole again", bucket, version.key(), version.id());
          return version;
        });
  }

  /** The version goes; what was known of its damage goes in the same batch. */
  void forget(RowBatch batch, String bucket, String key, long sequence) {
    byte[] row = RowKey.quarantine(bucket, key, sequence);
    if (any && rows.get(row).isPresent()) {
      batch.remove(row);
      // Not before it is written: till then it may yet come to nothing.
      batch.afterwards(this::oneLess);
    }
  }

  private void oneLess() {
    count.decrementAndGet();
    try {
      first.set(list(1).stream().findFirst());
    } catch (RuntimeException e) {
      LOG.warn("which version is damaged first is not known: {}", e.toString());
    }
  }

  private static byte[] key(String bucket, ObjectVersion version) {
    return RowKey.quarantine(bucket, version.key(), version.sequence());
  }
}
