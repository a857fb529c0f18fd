package dev.sluice.ingest.protocol;

/** Counts what becomes of offsets, without an object for each. */
final class Tally {

  private long rows;
  private long duplicates;
  private long deadLetters;
  private long controlRecords;
  private long checksum;

  void row(long rowChecksum) {
    rows++;
    checksum += rowChecksum;
  }

  void duplicate() {
    duplicates++;
  }

  void deadLetter() {
    deadLetters++;
  }

  void control(long records) {
    controlRecords += records;
  }

  void clear() {
    rows = 0;
    duplicates = 0;
    deadLetters = 0;
    controlRecords = 0;
    checksum = 0;
  }

  /** The counts of so many offsets; those that were not counted were for other tables. */
  Counts counts(long offsets) {
    long others = offsets - rows - duplicates - deadLetters - controlRecords;
    return new Counts(rows, duplicates, deadLetters, others, controlRecords, checksum);
  }
}
