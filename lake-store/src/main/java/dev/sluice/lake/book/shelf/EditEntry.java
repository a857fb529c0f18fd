package dev.sluice.lake.book.shelf;

import java.time.Instant;
import java.util.List;

/** One edit: what it changed. */
public record EditEntry(long number, Instant at, String by, List<Item> items) {
  public EditEntry {
    items = List.copyOf(items);
  }

  /**
   * One field.
   *
   * @param column its path at the time; nothing for the table
   * @param before nothing when nothing was said
   * @param after nothing when it was taken back
   */
  public record Item(String column, String field, String before, String after) {}
}
