package dev.sluice.lake.book.shelf;

import dev.sluice.lake.book.fact.Facts;
import java.time.Instant;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A table or view in the book.
 *
 * @param kind {@code table} or {@code view}
 * @param metadata its metadata file
 * @param facts what it is, unless its metadata could never be read
 * @param trouble why its present metadata cannot be read, if so
 * @param made when it came to be, if the book saw it
 */
public record Page(
    long id,
    TableIdentifier name,
    String kind,
    boolean present,
    String metadata,
    Optional<Facts> facts,
    Optional<String> trouble,
    Optional<Mark> made,
    Mark changed) {
  /** When something happened, and who did it. */
  public record Mark(Instant at, String by) {}
}
