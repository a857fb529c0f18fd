package dev.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.book.Section;
import dev.sluice.lake.lineage.LineagePage;
import dev.sluice.lake.lineage.event.Dataset;
import dev.sluice.lake.name.Dotted;
import dev.sluice.lake.usage.UsageArea;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.iceberg.catalog.TableIdentifier;

/** What lineage and use say on a table's page. */
final class PageParts {
  private static final int DAYS = 30;
  private static final int LINES = 100;

  private PageParts() {}

  private record Part(String name, BiFunction<String, TableIdentifier, Optional<ObjectNode>> told)
      implements Section {
    @Override
    public Optional<JsonNode> of(String caller, TableIdentifier table) {
      return told.apply(caller, table).map(node -> node);
    }
  }

  static List<Section> of(LineagePage lineage, UsageArea usage) {
    return List.of(
        new Part("lineage", (caller, table) -> lineage.lineage(caller, dataset(table))),
        new Part("quality", (caller, table) -> lineage.quality(caller, dataset(table))),
        new Part("usage", (caller, table) -> use(usage, caller, table)));
  }

  static Dataset dataset(TableIdentifier table) {
    return Dataset.table(Dotted.of(table.namespace().levels()), table.name());
  }

  private static Optional<ObjectNode> use(UsageArea usage, String caller, TableIdentifier table) {
    ObjectNode page =
        usage.page(caller, Dotted.of(table.namespace().levels()), table.name(), DAYS, LINES);
    return page.path("days").isEmpty() ? Optional.empty() : Optional.of(page);
  }
}
