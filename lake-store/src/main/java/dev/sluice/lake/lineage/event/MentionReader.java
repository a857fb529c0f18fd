package dev.sluice.lake.lineage.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lake.lineage.event.LineageEvent.Check;
import dev.sluice.lake.lineage.event.LineageEvent.Mention;
import dev.sluice.lake.lineage.event.LineageEvent.Origin;
import dev.sluice.lake.lineage.event.LineageEvent.Way;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads what one event says of its datasets. */
final class MentionReader {
  private static final int NAMESPACE = 400;
  private static final int NAME = 1100;
  private static final int COLUMN = 500;
  private static final int MAX_LINKS = 32;
  private static final int MAX_CHECKS = 1000;
  private static final int MAX_OWNERS = 100;
  private static final List<String> GROUPS = List.of("facets", "inputFacets", "outputFacets");

  private final DatasetNames names;
  private final EventLimits limits;
  private final Map<DatasetNames.Pair, Dataset> known = new HashMap<>();
  private int origins;

  MentionReader(DatasetNames names, EventLimits limits) {
    this.names = names;
    this.limits = limits;
  }

  Mention read(Told told, Way way) {
    Told facets = told.optionalObject("facets");
    Told change = facets.optionalObject("lifecycleStateChange");
    Told statistics = told.optionalObject("outputFacets").optionalObject("outputStatistics");
    Told source = facets.optionalObject("dataSource");
    return new Mention(
        way,
        dataset(told),
        facets.optionalObject("documentation").text("description"),
        source.text("uri").isEmpty() ? source.text("name") : source.text("uri"),
        owners(facets),
        schema(facets),
        change.text("lifecycleStateChange"),
        previously(change),
        statistics.number("rowCount").orElse(-1L),
        statistics.number("size").orElse(-1L),
        columns(facets.optionalObject("columnLineage")),
        checks(told),
        metrics(told));
  }

  /** Columns are told of by a dataset's first name alone: what else it is called is learnt here. */
  void learn(Told told) {
    List<DatasetNames.Pair> links = links(told.optionalObject("facets"));
    known.put(pair(told), names.of(pair(told), links, told.path()));
  }

  private Dataset dataset(Told told) {
    Dataset learnt = known.get(pair(told));
    return learnt == null ? names.of(pair(told), List.of(), told.path()) : learnt;
  }

  private static DatasetNames.Pair pair(Told told) {
    return new DatasetNames.Pair(told.name("namespace", NAMESPACE), told.name("name", NAME));
  }

  private static List<DatasetNames.Pair> links(Told facets) {
    List<DatasetNames.Pair> links = new ArrayList<>();
    for (Told link : facets.optionalObject("symlinks").elements("identifiers", MAX_LINKS)) {
      links.add(new DatasetNames.Pair(link.name("namespace", NAME), link.name("name", NAME)));
    }
    return links;
  }

  private Optional<Dataset> previously(Told change) {
    Told before = change.optionalObject("previousIdentifier");
    return before.present() ? Optional.of(dataset(before)) : Optional.empty();
  }

  static String owners(Told facets) {
    return facets.optionalObject("ownership").elements("owners", MAX_OWNERS).stream()
        .map(owner -> owner.name("name", COLUMN))
        .collect(Collectors.joining(", "));
  }

  /** Columns by name and type, nested ones left inside. */
  private static String schema(Told facets) {
    List<Told> fields = facets.optionalObject("schema").elements("fields", 10_000);
    if (fields.isEmpty()) {
      return "";
    }
    ArrayNode columns = JsonNodeFactory.instance.arrayNode();
    for (Told field : fields) {
      ObjectNode column = columns.addObject();
      column.put("name", field.name("name", COLUMN)).put("type", field.text("type"));
      String description = field.text("description");
      if (!description.isEmpty()) {
        column.put("description", description);
      }
    }
    return columns.toString();
  }

  private List<Origin> columns(Told facet) {
    List<Origin> found = new ArrayList<>();
    for (Map.Entry<String, Told> field : facet.fields("fields").entrySet()) {
      Told told = field.getValue().requireObject();
      String column = Told.checkedName(field.getKey(), told.path(), COLUMN);
      for (Told input : told.elements("inputFields", limits.columns())) {
        String legacy = told.text("transformationType");
        found.add(origin(column, input, legacy));
      }
    }
    for (Told input : facet.elements("dataset", limits.columns())) {
      found.add(origin("", input, ""));
    }
    origins += found.size();
    if (origins > limits.columns()) {
      throw new MalformedEventException(
          facet.path() + ": the event tells of more than " + limits.columns() + " origins");
    }
    return found;
  }

  /**
   * @param legacy the transformation as it was told before there were several, for all inputs of a
   *     column
   */
  private Origin origin(String column, Told input, String legacy) {
    ArrayNode transformations = JsonNodeFactory.instance.arrayNode();
    for (Told each : input.elements("transformations", MAX_LINKS)) {
      ObjectNode one = transformations.addObject();
      one.put("type", each.text("type")).put("subtype", each.text("subtype"));
      one.put("masking", each.at("masking").json().asBoolean(false));
      String description = each.text("description");
      if (!description.isEmpty()) {
        one.put("description", description);
      }
    }
    if (transformations.isEmpty() && !legacy.isEmpty()) {
      transformations.addObject().put("type", "DIRECT").put("subtype", legacy);
    }
    return new Origin(
        column, dataset(input), input.name("field", COLUMN), transformations.toString());
  }

  private static List<Check> checks(Told told) {
    List<Check> checks = new ArrayList<>();
    for (String group : GROUPS) {
      Told facet = told.optionalObject(group).optionalObject("dataQualityAssertions");
      for (Told check : facet.elements("assertions", MAX_CHECKS)) {
        Told passed = check.at("success");
        if (!passed.json().isBoolean()) {
          throw new MalformedEventException(passed.path() + " is missing, or not true or false");
        }
        String column = check.at("column").present() ? check.name("column", COLUMN) : "";
        checks.add(
            new Check(
                check.name("assertion", NAME),
                column,
                passed.json().booleanValue(),
                check.text("severity"),
                detail(check)));
      }
    }
    return checks;
  }

  /** What else a check says: what was expected and what was there. */
  private static String detail(Told check) {
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    for (String field : List.of("name", "type", "description", "expected", "actual", "content")) {
      JsonNode value = check.at(field).json();
      if (value.isValueNode() && !value.isNull()) {
        detail.set(field, value);
      }
    }
    return detail.isEmpty() ? "" : detail.toString();
  }

  private static String metrics(Told told) {
    for (String group : GROUPS) {
      Told facet = told.optionalObject(group).optionalObject("dataQualityMetrics");
      if (facet.present()) {
        ObjectNode metrics = facet.json().deepCopy();
        metrics.remove(List.of("_producer", "_schemaURL", "_deleted"));
        return metrics.toString();
      }
    }
    return "";
  }
}
