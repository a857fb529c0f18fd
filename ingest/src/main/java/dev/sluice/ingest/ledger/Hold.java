package dev.sluice.ingest.ledger;

import dev.sluice.ingest.table.LakeConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the snapshots a verification reads, for on a busy table they are expired within minutes,
 * and the files that were merged meanwhile with them. Each gets a tag, which is taken away in the
 * end; should nobody be left to do so, whoever expires snapshots takes it away once it is too old.
 */
final class Hold implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Hold.class);

  /** As long as a verification may take. */
  static final Duration LONGEST = Duration.ofHours(6);

  private record Tag(TableIdentifier table, String name) {}

  private final LakeConnection lake;
  private final Instant now;
  private final Deque<Tag> tags = new ArrayDeque<>();

  Hold(LakeConnection lake, Instant now) {
    this.lake = lake;
    this.now = now;
  }

  /** Keeps the snapshot the table was loaded with. Without the right to, it goes on without. */
  void keep(TableIdentifier identifier, Table loaded) {
    Snapshot snapshot = loaded.currentSnapshot();
    if (snapshot == null) {
      return;
    }
    Tag tag = new Tag(identifier, "verify-" + snapshot.snapshotId() + "-" + now.toEpochMilli());
    // A tag's age is its snapshot's.
    Duration age = Duration.between(Instant.ofEpochMilli(snapshot.timestampMillis()), now);
    try {
      // On another table object: to change one moves it to the newest snapshot.
      lake.load(identifier)
          .manageSnapshots()
          .createTag(tag.name(), snapshot.snapshotId())
          .setMaxRefAgeMs(tag.name(), Math.max(0, age.toMillis()) + LONGEST.toMillis())
          .commit();
      tags.push(tag);
    } catch (RuntimeException e) {
      LOG.info(
          "snapshot {} of {} is not held while it is verified: {}",
          snapshot.snapshotId(),
          identifier,
          e.toString());
    }
  }

  @Override
  public void close() {
    for (Tag tag : tags) {
      try {
        lake.load(tag.table()).manageSnapshots().removeTag(tag.name()).commit();
      } catch (RuntimeException e) {
        LOG.info("tag {} of {} is left to expire: {}", tag.name(), tag.table(), e.toString());
      }
    }
  }
}
