package dev.sluice.lake.query;

/** How the columns of a table are found in one of its files. */
sealed interface FileReading {
  /**
   * By their names: the file has the table's columns and no others, each called and typed as in the
   * table. Nearly every file is so, and DuckDB reads such files sooner than any other way.
   */
  record ByName() implements FileReading {}

  /** By their field ids. */
  record ById() implements FileReading {}

  /** By the shape of the file, which differs from the table's. */
  record ByShape(FileShape shape) implements FileReading {}
}
