package dev.sluice.lake.query;

import dev.sluice.lake.query.QueryOutcome.Reason;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.util.SnapshotUtil;

/** Which state of a table is meant. */
sealed interface Moment {
  /** The state the table is in now. */
  record Present() implements Moment {}

  /** A snapshot by its number. */
  record Version(long snapshot) implements Moment {}

  /** What a branch or a tag points to. */
  record Named(String ref) implements Moment {}

  /** The state the table was in then. */
  record At(Instant time) implements Moment {}

  /** The state that a third part of a table's name tells, as Spark has it. */
  static Optional<Moment> ofName(String part) {
    String lower = part.toLowerCase(Locale.ROOT);
    if (lower.startsWith("branch_")) {
      return Optional.of(new Named(part.substring("branch_".length())));
    }
    if (lower.startsWith("tag_")) {
      return Optional.of(new Named(part.substring("tag_".length())));
    }
    if (lower.matches("snapshot_id_-?[0-9]{1,19}")) {
      BigInteger number = new BigInteger(lower.substring("snapshot_id_".length()));
      return number.bitLength() < Long.SIZE
          ? Optional.of(new Version(number.longValue()))
          : Optional.empty();
    }
    if (lower.matches("at_timestamp_[0-9]{1,15}")) {
      long millis = Long.parseLong(lower.substring("at_timestamp_".length()));
      return Optional.of(new At(Instant.ofEpochMilli(millis)));
    }
    return Optional.empty();
  }

  /** What tells it apart from other states of the same table. */
  default String key() {
    return this instanceof Present ? "" : "@" + this;
  }

  /**
   * The scan of that state. It has the columns of the snapshot, or of the table as it is now where
   * a branch is read, for a branch goes on.
   */
  default TableScan scan(Table table, String shown) throws RefusedQueryException {
    TableScan scan = table.newScan();
    if (this instanceof Version version) {
      if (table.snapshot(version.snapshot()) == null) {
        throw absent(shown + " has no snapshot " + version.snapshot(), shown);
      }
      return scan.useSnapshot(version.snapshot());
    }
    if (this instanceof Named named) {
      if (!table.refs().containsKey(named.ref())) {
        throw absent(shown + " has no branch or tag '" + named.ref() + "'", shown);
      }
      return scan.useRef(named.ref());
    }
    if (this instanceof At at) {
      long millis = at.time().truncatedTo(ChronoUnit.MILLIS).toEpochMilli();
      try {
        return scan.useSnapshot(SnapshotUtil.snapshotIdAsOfTime(table, millis));
      } catch (IllegalArgumentException none) {
        throw absent(shown + " has no snapshot as old as " + at.time(), shown);
      }
    }
    return scan;
  }

  private static RefusedQueryException absent(String what, String shown) {
    return new RefusedQueryException(
        Reason.SQL_ERROR,
        what + "; those it has are in " + shown + ".history and " + shown + ".refs");
  }
}
