package dev.sluice.lake.book.said;

import java.time.Instant;

/**
 * One thing that was said.
 *
 * @param column the column's id, or {@link #TABLE}
 */
public record Said(int column, Field field, String value, Instant at, String by) {
  /** No column has this id. */
  public static final int TABLE = -1;
}
