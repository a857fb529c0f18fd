package dev.sluice.ingest.protocol;

/**
 * What became of a run of offsets: each offset is exactly one of a row, a duplicate, a dead letter,
 * filtered, or a control record (a transaction marker or a record of an aborted transaction, which
 * a reader of committed records never sees). The checksum is the sum, modulo 2^64, of the rows'
 * {@link RowChecksum}s.
 */
public record Counts(
    long rows,
    long duplicates,
    long deadLetters,
    long filtered,
    long controlRecords,
    long checksum) {

  /** Nothing. */
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

  public Counts {
    if (rows < 0 || duplicates < 0 || deadLetters < 0 || filtered < 0 || controlRecords < 0) {
      throw new IllegalArgumentException("a count is not negative");
    }
  }

  /** How many offsets these counts account for. */
  public long offsets() {
    return rows + duplicates + deadLetters + filtered + controlRecords;
  }

  Counts minusDeadLetters(long letters) {
    return new Counts(rows, duplicates, deadLetters - letters, filtered, controlRecords, checksum);
  }

  Counts minusRows(long fewer) {
    return new Counts(rows - fewer, duplicates, deadLetters, filtered, controlRecords, checksum);
  }

  public Counts plus(Counts other) {
    return new Counts(
        rows + other.rows,
        duplicates + other.duplicates,
        deadLetters + other.deadLetters,
        filtered + other.filtered,
        controlRecords + other.controlRecords,
        checksum + other.checksum);
  }
}
