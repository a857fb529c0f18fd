package dev.sluice.lake.book.search;

import java.util.List;

/**
 * Some of what was found.
 *
 * @param total how many there are in all
 */
public record Found(List<Hit> hits, int total) {
  public Found {
    hits = List.copyOf(hits);
  }
}
