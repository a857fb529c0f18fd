package dev.sluice.lake.book.fact;

import java.util.List;

/**
 * The columns as one version of a schema has them.
 *
 * @param since when the first snapshot was made that has it, in milliseconds; 0 when none tells
 */
public record SchemaVersion(int id, long since, List<Column> columns) {
  public SchemaVersion {
    columns = List.copyOf(columns);
  }
}
