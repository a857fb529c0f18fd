package dev.sluice.lake;

import dev.sluice.lake.query.QueryListener;
import dev.sluice.lake.usage.Usage;
import dev.sluice.lake.usage.Use;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Tells of each query that SQL has answered, and whose tables it read. */
final class QueryWatch implements QueryListener {
  private static final String CATALOG = "lake.";

  private final Usage usage;
  private final InstantSource clock;

  QueryWatch(Usage usage, InstantSource clock) {
    this.usage = usage;
    this.clock = clock;
  }

  @Override
  public void answered(AnsweredQuery query) {
    List<Use.OfTable> tables =
        query.tables().stream().map(QueryWatch::table).flatMap(Optional::stream).toList();
    usage.note(
        new Use.Query(
            clock.instant(), query.caller(), query.sql(), tables, query.took(), query.rows()));
  }

  private static Optional<Use.OfTable> table(String name) {
    String plain = name.startsWith(CATALOG) ? name.substring(CATALOG.length()) : name;
    int dot = plain.lastIndexOf('.');
    return dot <= 0
        ? Optional.empty()
        : Optional.of(
            new Use.OfTable(plain.substring(0, dot), plain.substring(dot + 1), List.of()));
  }
}
