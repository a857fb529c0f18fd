package dev.sluice.transform.plan;

import java.time.Instant;
import java.util.Objects;

/**
 * A table as it stood when a run read it.
 *
 * @param uuid the table's own, so that one dropped and made again is another
 * @param snapshot its current snapshot, or {@link #EMPTY}
 * @param committed when that snapshot was
 */
public record TableVersion(String uuid, long snapshot, Instant committed) {
  /** In place of a snapshot: the table has none yet. */
  public static final long EMPTY = -1;

  public TableVersion {
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(committed, "committed");
  }
}
