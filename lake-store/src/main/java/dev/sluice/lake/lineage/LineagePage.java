package dev.sluice.lake.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.lineage.Lines.Edge;
import dev.sluice.lake.lineage.Lines.Point;
import dev.sluice.lake.lineage.event.Dataset;
import java.util.Optional;

/** What a dataset's page in the book says of its lineage and quality. */
public final class LineagePage {
  private final Lineage lineage;
  private final Access access;

  public LineagePage(Lineage lineage, Access access) {
    this.lineage = lineage;
    this.access = access;
  }

  /**
   * The neighbours one step up and down, and those of each column: {@code {"upstream": [{"id",
   * "kind", "job", "lastSeen"}], "downstream": […], "columns": {"NAME": {"from": [{"id", "column",
   * "transformations"}], "to": […]}}}}. Nothing where nothing is known.
   */
  public Optional<ObjectNode> lineage(String caller, Dataset dataset) {
    Lineage.Viewer viewer = each -> access.mayRead(caller, each);
    Lines around = lineage.around(dataset, Direction.BOTH, 1, viewer);
    Lines columns = lineage.columnsOf(dataset, viewer);
    if (around.edges().isEmpty() && columns.edges().isEmpty()) {
      return Optional.empty();
    }
    LineageJson json = new LineageJson(access::exists);
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    ArrayNode upstream = page.putArray("upstream");
    ArrayNode downstream = page.putArray("downstream");
    for (Edge edge : around.edges()) {
      if (edge.to().filter(to -> to.dataset().equals(dataset)).isPresent()) {
        upstream.add(json.neighbour(edge, edge.from(), around.jobs()));
      }
      if (edge.from().filter(from -> from.dataset().equals(dataset)).isPresent()) {
        downstream.add(json.neighbour(edge, edge.to(), around.jobs()));
      }
    }
    ObjectNode byName = page.putObject("columns");
    for (Edge edge : columns.edges()) {
      Point from = edge.from().orElseThrow();
      Point to = edge.to().orElseThrow();
      if (to.dataset().equals(dataset)) {
        column(byName, to, "from").add(json.neighbour(edge, edge.from(), columns.jobs()));
      }
      if (from.dataset().equals(dataset)) {
        column(byName, from, "to").add(json.neighbour(edge, edge.to(), columns.jobs()));
      }
    }
    page.put("truncated", around.truncated() || columns.truncated());
    return Optional.of(page);
  }

  /** The name of what decides about whole rows is {@code *}. */
  private static ArrayNode column(ObjectNode columns, Point column, String end) {
    return columns
        .withObjectProperty(column.column().isEmpty() ? "*" : column.column())
        .withArrayProperty(end);
  }

  /** As {@code GET /api/v1/lineage/quality} answers. Nothing where nothing was checked. */
  public Optional<ObjectNode> quality(String caller, Dataset dataset) {
    if (!access.mayRead(caller, dataset)) {
      return Optional.empty();
    }
    Quality quality = lineage.quality(dataset);
    return quality.latest().isEmpty() && quality.metrics().isEmpty()
        ? Optional.empty()
        : Optional.of(LineageJson.quality(quality, dataset, 0));
  }
}
