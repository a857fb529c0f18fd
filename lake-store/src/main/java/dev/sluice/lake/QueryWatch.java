package dev.sluice.lake;

import dev.sluice.lake.name.Dotted;
import dev.sluice.lake.query.QueryListener;
import dev.sluice.lake.usage.Usage;
import dev.sluice.lake.usage.Use;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;

/** Tells of each query that SQL has answered, and whose tables it read. */
final class QueryWatch implements QueryListener {
  private final Usage usage;
  private final InstantSource clock;

  QueryWatch(Usage usage, InstantSource clock) {
    this.usage = usage;
    this.clock = clock;
  }

  @Override
  public void answered(AnsweredQuery query) {
    List<Use.OfTable> tables =
        query.tables().entrySet().stream()
            .map(each -> table(each.getKey(), each.getValue()))
            .toList();
    usage.note(
        new Use.Query(
            clock.instant(), query.caller(), query.sql(), tables, query.took(), query.rows()));
  }

  private static Use.OfTable table(TableIdentifier name, Set<String> columns) {
    return new Use.OfTable(Dotted.of(name.namespace().levels()), name.name(), List.copyOf(columns));
  }
}
