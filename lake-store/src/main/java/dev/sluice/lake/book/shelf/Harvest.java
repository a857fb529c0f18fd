package dev.sluice.lake.book.shelf;

import dev.sluice.lake.book.fact.Facts;
import dev.sluice.lake.book.fact.Point;
import dev.sluice.lake.book.fact.SchemaVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * One change of a name together with what its metadata says.
 *
 * @param change its number in the log; 0 for what was found without one
 */
public record Harvest(
    long change, Instant at, String by, TableIdentifier name, String kind, Event event) {
  /** What happened. */
  public sealed interface Event {}

  /** It was made or changed, and this is what it is now. */
  public record Wrote(String metadata, boolean made, Readout readout) implements Event {}

  /** It was made or changed, and what it is now cannot be read. */
  public record Unreadable(String metadata, boolean made, String why) implements Event {}

  public record Renamed(TableIdentifier to) implements Event {}

  public record Dropped() implements Event {}

  /**
   * What a metadata file says.
   *
   * @param points the newest first
   */
  public record Readout(Facts facts, List<SchemaVersion> schemas, List<Point> points) {
    public Readout {
      schemas = List.copyOf(schemas);
      points = List.copyOf(points);
    }
  }

  boolean logged() {
    return change > 0;
  }

  Optional<Wrote> wrote() {
    return event instanceof Wrote wrote ? Optional.of(wrote) : Optional.empty();
  }
}
