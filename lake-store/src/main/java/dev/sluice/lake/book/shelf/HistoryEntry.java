package dev.sluice.lake.book.shelf;

import dev.sluice.lake.book.fact.Difference;
import java.time.Instant;
import java.util.List;

/**
 * What a change made different.
 *
 * @param by who asked for it; nothing when nobody knows any more
 * @param engine what wrote it, as it says itself; nothing when it does not
 * @param schemaId the schema's version afterwards
 */
public record HistoryEntry(
    long number, Instant at, String by, String engine, int schemaId, List<Difference> differences) {
  public HistoryEntry {
    differences = List.copyOf(differences);
  }
}
