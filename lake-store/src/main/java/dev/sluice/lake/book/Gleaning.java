package dev.sluice.lake.book;

import dev.sluice.lake.book.fact.Facts;
import dev.sluice.lake.book.fact.Point;
import dev.sluice.lake.book.fact.Reading;
import dev.sluice.lake.book.shelf.Harvest;
import dev.sluice.lake.book.shelf.Page;
import dev.sluice.lake.catalog.registry.Change;
import dev.sluice.lake.catalog.registry.Deed;
import dev.sluice.lake.catalog.registry.Kind;
import dev.sluice.lake.catalog.registry.Standing;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what a change points to. What cannot be read is a harvest too: one that says so. */
final class Gleaning {
  private static final Logger LOG = LoggerFactory.getLogger(Gleaning.class);
  private static final int LONGEST_REASON = 500;

  private final Source source;
  private final int points;

  Gleaning(Source source, int points) {
    this.source = source;
    this.points = points;
  }

  Harvest of(Change change) {
    return new Harvest(
        change.number(),
        change.at(),
        change.by(),
        change.name(),
        word(change.kind()),
        event(change));
  }

  private Harvest.Event event(Change change) {
    return switch (change.deed()) {
      case DROP -> new Harvest.Dropped();
      case RENAME -> new Harvest.Renamed(change.becomes().orElseThrow());
      case CREATE, REPLACE ->
          written(change.kind(), change.after().orElseThrow(), change.deed() == Deed.CREATE);
    };
  }

  /** Something the book has no page for, or an old one: there is no change that says how. */
  Harvest of(Standing standing, Instant now) {
    Kind kind = standing.pointer().kind();
    Harvest.Event event = written(kind, standing.pointer().location(), false);
    Instant at =
        event instanceof Harvest.Wrote wrote
            ? wrote.readout().points().stream()
                .findFirst()
                .map(point -> Instant.ofEpochMilli(point.at()))
                .orElse(now)
            : now;
    return new Harvest(0, at, "", standing.name(), word(kind), event);
  }

  /** A page whose metadata could not be read, tried again. */
  Optional<Harvest> again(Page page) {
    Kind kind = Kind.valueOf(page.kind().toUpperCase(Locale.ROOT));
    Harvest.Event event = written(kind, page.metadata(), false);
    return event instanceof Harvest.Wrote
        ? Optional.of(
            new Harvest(
                0, page.changed().at(), page.changed().by(), page.name(), word(kind), event))
        : Optional.empty();
  }

  private Harvest.Event written(Kind kind, String location, boolean made) {
    try {
      return new Harvest.Wrote(location, made, readout(kind, location));
    } catch (RuntimeException unreadable) {
      LOG.warn("{} cannot be read; the book says so and tries again", location, unreadable);
      String why = String.valueOf(unreadable.getMessage()).lines().findFirst().orElse("");
      String bounded = why.length() > LONGEST_REASON ? why.substring(0, LONGEST_REASON) : why;
      return new Harvest.Unreadable(location, made, bounded);
    }
  }

  private Harvest.Readout readout(Kind kind, String location) {
    if (kind == Kind.VIEW) {
      return new Harvest.Readout(Reading.of(source.view(location)), List.of(), List.of());
    }
    TableMetadata metadata = source.table(location);
    Facts facts = Reading.of(metadata);
    List<Point> recent = Reading.points(metadata, 0, points);
    return new Harvest.Readout(facts, Reading.schemas(metadata), recent);
  }

  static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
